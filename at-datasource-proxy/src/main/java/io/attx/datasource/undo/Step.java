package io.attx.datasource.undo;

import io.attx.undolog.ColumnValue;
import io.attx.undolog.RowImage;
import io.attx.undolog.UndoColumn;
import io.attx.undolog.UndoTable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One row to be changed by compensation. Pure.
 *
 * @param action what to do
 * @param table where
 * @param columns the columns of both images
 * @param from the row as it is before this step; null where it does not exist
 * @param to the row as it shall be; null where it shall not exist
 */
record Step(
    Action action,
    UndoTable table,
    List<UndoColumn> columns,
    @Nullable RowImage from,
    @Nullable RowImage to) {

  enum Action {
    INSERT,
    UPDATE,
    DELETE
  }

  /** The step that leads from one image to the other; at least one is not null. */
  static Step between(
      UndoTable table, List<UndoColumn> columns, @Nullable RowImage from, @Nullable RowImage to) {
    Action action = from == null ? Action.INSERT : to == null ? Action.DELETE : Action.UPDATE;
    return new Step(action, table, columns, from, to);
  }

  /** The image that is there. */
  RowImage image() {
    RowImage image = to != null ? to : from;
    if (image == null) {
      throw new IllegalStateException("a step without images on " + table);
    }
    return image;
  }

  /** The values of the key, in the order of the key columns. */
  List<ColumnValue> key() {
    return UndoPlan.key(columns, image());
  }

  /** Whether one JDBC batch can hold both. */
  boolean sameStatement(Step other) {
    return action == other.action && table.equals(other.table) && columns.equals(other.columns);
  }

  /** What compensation assigns, with its positions in the images. */
  List<Integer> assigned() {
    List<Integer> positions = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      UndoColumn.Role role = columns.get(i).role();
      boolean always = action == Action.INSERT && role == UndoColumn.Role.KEY;
      if (role == UndoColumn.Role.VALUE || always) {
        positions.add(i);
      }
    }
    return positions;
  }
}
