package io.attx.undolog;

import java.util.List;

/**
 * What one statement changed in one table. Immutable.
 *
 * <p>Every row image has its values in the order of {@code columns}. Before and after images are
 * matched by the values of the key columns. An INSERT has only after images, a DELETE only before
 * images, an UPDATE that leaves keys alone has both for each row.
 *
 * @param kind what happened to the rows
 * @param table where
 * @param columns the imaged columns, at least the key; all columns for INSERT and DELETE
 * @param before rows before the statement
 * @param after rows after the statement
 */
public record UndoEntry(
    Kind kind,
    UndoTable table,
    List<UndoColumn> columns,
    List<RowImage> before,
    List<RowImage> after) {
  /** Copies the lists. */
  public UndoEntry {
    columns = List.copyOf(columns);
    before = List.copyOf(before);
    after = List.copyOf(after);
  }

  /** What happened to the rows. */
  public enum Kind {
    /** New rows. */
    INSERT,
    /** Changed rows. */
    UPDATE,
    /** Rows that are gone. */
    DELETE
  }
}
