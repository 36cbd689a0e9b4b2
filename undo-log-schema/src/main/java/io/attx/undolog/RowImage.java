package io.attx.undolog;

import java.util.List;

/**
 * The values of one row, in the order of the entry's columns. Immutable.
 *
 * @param values one per column
 */
public record RowImage(List<ColumnValue> values) {
  /** Copies the list. */
  public RowImage {
    values = List.copyOf(values);
  }
}
