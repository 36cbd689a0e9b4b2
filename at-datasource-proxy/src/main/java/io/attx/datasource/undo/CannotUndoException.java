package io.attx.datasource.undo;

/** The branch cannot be undone by itself: the detail says why. Nothing may stay changed. */
final class CannotUndoException extends Exception {
  CannotUndoException(String detail) {
    super(detail);
  }

  CannotUndoException(String detail, Throwable cause) {
    super(detail, cause);
  }
}
