package io.attx.datasource.undo;

import java.util.List;

/** The branch cannot be undone by itself: the detail says why. Nothing may stay changed. */
final class CannotUndoException extends Exception {
  private final transient List<HeldRow> rows;

  CannotUndoException(String detail) {
    this(detail, List.of());
  }

  /** Because of these rows. */
  CannotUndoException(String detail, List<HeldRow> rows) {
    super(detail);
    this.rows = rows;
  }

  CannotUndoException(String detail, Throwable cause) {
    super(detail, cause);
    this.rows = List.of();
  }

  List<HeldRow> rows() {
    return rows;
  }
}
