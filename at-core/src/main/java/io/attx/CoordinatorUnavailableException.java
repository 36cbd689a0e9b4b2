package io.attx;

import org.jspecify.annotations.Nullable;

/**
 * No coordinator could be reached, or it did not answer in time. Trying again later may succeed.
 */
public class CoordinatorUnavailableException extends AttxException {
  /** With a message for people and the reason behind it. */
  public CoordinatorUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
