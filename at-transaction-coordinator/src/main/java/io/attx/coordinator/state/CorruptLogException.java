package io.attx.coordinator.state;

/** Bytes of the log or of a snapshot are not what this version writes or reads. Fatal. */
public final class CorruptLogException extends RuntimeException {
  /** Says what was found and what was expected. */
  public CorruptLogException(String message) {
    super(message);
  }
}
