package io.attx.datasource.undo;

import io.attx.undolog.ColumnValue;
import io.attx.undolog.UndoTable;
import java.util.List;

/**
 * Names one row of a branch.
 *
 * @param table where
 * @param values of its key columns, in their order
 */
record RowKey(UndoTable table, List<ColumnValue> values) {
  RowKey {
    values = List.copyOf(values);
  }

  static RowKey of(Step step) {
    return new RowKey(step.table(), step.key());
  }
}
