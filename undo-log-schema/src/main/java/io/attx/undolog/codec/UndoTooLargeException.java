package io.attx.undolog.codec;

/** A branch changed more than its undo record may hold. */
public class UndoTooLargeException extends Exception {
  /** With the limit that was reached. */
  public UndoTooLargeException(long maxBytes) {
    super("the undo record of one branch would be larger than " + maxBytes + " bytes");
  }
}
