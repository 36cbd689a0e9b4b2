package io.attx.coordinator;

import io.attx.AttxException;
import java.io.UncheckedIOException;

/** A port could not be bound; the message names the address and what to do. */
public final class CannotListenException extends AttxException {
  /** With what the network said. */
  public CannotListenException(UncheckedIOException cause) {
    super(message(cause), cause);
  }

  private static String message(UncheckedIOException failure) {
    Throwable cause = failure.getCause();
    return String.valueOf((cause == null ? failure : cause).getMessage());
  }
}
