package io.attx.coordinator.runtime;

/** This coordinator does not lead now; what was asked for may or may not have happened. */
public final class NotServingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With what happened. */
  public NotServingException(String message) {
    super(message);
  }
}
