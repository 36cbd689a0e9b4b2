package io.attx.undolog.codec;

/**
 * The bytes are no undo record that this version can read: damaged, cut, or written by a newer
 * version. Never repaired by guessing; a person must look.
 */
public class UndoFormatException extends Exception {
  /** With what is wrong and where. */
  public UndoFormatException(String message) {
    super(message);
  }

  /** With what is wrong, where, and the reason behind it. */
  public UndoFormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
