package io.attx.client;

import io.attx.Xid;
import org.jspecify.annotations.Nullable;

/** What global transaction the calling thread takes part in. */
public final class GlobalTransactionContext {
  private static final ThreadLocal<@Nullable Participation> CURRENT = new ThreadLocal<>();

  private GlobalTransactionContext() {}

  /** The transaction of the calling thread, or null. */
  public static @Nullable Xid currentXid() {
    Participation current = CURRENT.get();
    return current == null ? null : current.xid();
  }

  /** How the calling thread takes part, for resource managers and propagation; null outside. */
  public static @Nullable Participation current() {
    return CURRENT.get();
  }

  /**
   * Takes part in a transaction that was begun elsewhere, until the scope is closed. The scope can
   * never decide it.
   *
   * @throws IllegalStateException when the thread is already in a different global transaction
   */
  public static Scope join(Xid xid) {
    throw new UnsupportedOperationException("contract only " + xid);
  }

  /** Leaves the transaction of the calling thread until the scope is closed. */
  public static Scope suspend() {
    throw new UnsupportedOperationException("contract only");
  }

  /** Restores what was bound before. Closed by the thread that opened it. */
  public interface Scope extends AutoCloseable {
    @Override
    void close();
  }
}
