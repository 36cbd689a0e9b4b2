package io.attx.coordinator.log;

import io.attx.AttxException;
import org.jspecify.annotations.Nullable;

/** A cluster could not be found, or refused a change of its members. */
public final class ClusterException extends AttxException {
  private static final long serialVersionUID = 1L;

  /** With what to do in the message. */
  public ClusterException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
