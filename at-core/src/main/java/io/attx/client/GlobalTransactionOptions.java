package io.attx.client;

import io.attx.dirty.DirtyPolicies;
import io.attx.protocol.Limits;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Properties of one global transaction. Immutable.
 *
 * @param name for people; may be empty
 * @param timeout from begin to the automatic rollback, positive
 * @param dirtyPolicy what is to be done with dirty rows at a rollback of this transaction, instead
 *     of what each data source declares; empty leaves it to them
 * @param lockWait how long a local transaction of this process waits for a global lock; null for
 *     what its data source says
 */
public record GlobalTransactionOptions(
    String name, Duration timeout, String dirtyPolicy, @Nullable Duration lockWait) {
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(60);

  /** Checks the values. */
  public GlobalTransactionOptions {
    if (timeout.toMillis() <= 0) {
      throw new IllegalArgumentException("the timeout must be positive, not " + timeout);
    }
    if (dirtyPolicy.length() > Limits.MAX_POLICY) {
      throw new IllegalArgumentException(
          "the dirty-row policy has "
              + dirtyPolicy.length()
              + " characters; at most "
              + Limits.MAX_POLICY
              + " are allowed");
    }
    if (lockWait != null && (lockWait.isNegative() || lockWait.compareTo(Duration.ofDays(1)) > 0)) {
      throw new IllegalArgumentException("the lock wait must be PT0S to P1D, not " + lockWait);
    }
    DirtyPolicies parsed = DirtyPolicies.parse(dirtyPolicy);
    if (parsed.isEmpty() && !dirtyPolicy.isEmpty()) {
      throw new IllegalArgumentException("the dirty-row policy is blank");
    }
  }

  /** No name, 60 seconds. */
  public static GlobalTransactionOptions defaults() {
    return named("");
  }

  /** With a name, 60 seconds. */
  public static GlobalTransactionOptions named(String name) {
    return new GlobalTransactionOptions(name, DEFAULT_TIMEOUT, "", null);
  }

  /** The same with another timeout. */
  public GlobalTransactionOptions timeout(Duration other) {
    return new GlobalTransactionOptions(name, other, dirtyPolicy, lockWait);
  }

  /**
   * The same with a policy for dirty rows, for example {@code "delta(balance),merge,hold"} or
   * {@code "account=delta(balance); merge"}.
   *
   * @throws IllegalArgumentException when the text is no policy
   */
  public GlobalTransactionOptions dirty(String policy) {
    return new GlobalTransactionOptions(name, timeout, policy, lockWait);
  }

  /** The same with another wait for global locks; null for what the data source says. */
  public GlobalTransactionOptions lockWait(@Nullable Duration other) {
    return new GlobalTransactionOptions(name, timeout, dirtyPolicy, other);
  }
}
