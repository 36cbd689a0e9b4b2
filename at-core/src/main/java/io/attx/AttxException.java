package io.attx;

import org.jspecify.annotations.Nullable;

/**
 * The root of what attx throws outside JDBC. The message says what happened, to which transaction,
 * and what to do.
 */
public class AttxException extends RuntimeException {
  /** With a message for people. */
  public AttxException(String message) {
    super(message);
  }

  /** With a message for people and the reason behind it. */
  public AttxException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
