package io.attx.client;

import io.attx.Xid;
import org.jspecify.annotations.Nullable;

/**
 * What one thread took part in when {@link GlobalTransactionContext#capture()} was called, possibly
 * nothing. Immutable and thread-safe.
 */
public final class CapturedContext {
  private final @Nullable Participation participation;

  CapturedContext(@Nullable Participation participation) {
    this.participation = participation;
  }

  /** The transaction; null when the thread was in none. */
  public @Nullable Xid xid() {
    return participation == null ? null : participation.xid();
  }

  /** How the thread took part; null when it did not. */
  public @Nullable Participation participation() {
    return participation;
  }

  /**
   * Puts the calling thread in the same place until the scope is closed: in the transaction, or in
   * none where the captured thread was in none. After the end of the transaction the thread still
   * is in it, and its work on a database is refused.
   */
  public GlobalTransactionContext.Scope open() {
    return GlobalTransactionContext.bind(participation, true);
  }

  @Override
  public String toString() {
    return participation == null
        ? "outside of a global transaction"
        : "in global transaction " + participation.xid();
  }
}
