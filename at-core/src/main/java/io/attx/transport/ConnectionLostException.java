package io.attx.transport;

import io.attx.CoordinatorUnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * The connection was lost before the answer came: whether the request had an effect is not known.
 */
public final class ConnectionLostException extends CoordinatorUnavailableException {
  /** With a message for people and the reason behind it. */
  public ConnectionLostException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
