package io.attx.client;

import java.time.Duration;

/**
 * Properties of one global transaction. Immutable.
 *
 * @param name for people; may be empty
 * @param timeout from begin to the automatic rollback, positive
 */
public record GlobalTransactionOptions(String name, Duration timeout) {
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(60);

  /** Checks the timeout. */
  public GlobalTransactionOptions {
    if (timeout.toMillis() <= 0) {
      throw new IllegalArgumentException("the timeout must be positive, not " + timeout);
    }
  }

  /** No name, 60 seconds. */
  public static GlobalTransactionOptions defaults() {
    return new GlobalTransactionOptions("", DEFAULT_TIMEOUT);
  }

  /** With a name, 60 seconds. */
  public static GlobalTransactionOptions named(String name) {
    return new GlobalTransactionOptions(name, DEFAULT_TIMEOUT);
  }

  /** The same with another timeout. */
  public GlobalTransactionOptions timeout(Duration other) {
    return new GlobalTransactionOptions(name, other);
  }
}
