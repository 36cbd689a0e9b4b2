package io.attx.datasource.undo;

import io.attx.datasource.dirty.DirtyRow;
import io.attx.undolog.ColumnValue;
import io.attx.undolog.RowImage;
import io.attx.undolog.UndoColumn;
import io.attx.undolog.UndoTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one branch did to one table, each row folded over all its entries. Pure. */
final class TableFold {
  private final UndoTable table;
  private final List<UndoColumn> columns = new ArrayList<>();
  private final Map<String, Integer> positions = new HashMap<>();
  private final Map<List<ColumnValue>, Row> rows = new LinkedHashMap<>();

  TableFold(UndoTable table) {
    this.table = table;
  }

  UndoTable table() {
    return table;
  }

  /** All columns that any entry imaged. */
  List<UndoColumn> columns() {
    return columns;
  }

  /** The folded rows by the values of their keys. */
  Map<List<ColumnValue>, Row> rows() {
    return rows;
  }

  /** Learns the columns of one entry; all entries come before the first row. */
  void addColumns(List<UndoColumn> imaged) throws CannotUndoException {
    for (UndoColumn column : imaged) {
      Integer known = positions.putIfAbsent(column.name(), columns.size());
      if (known == null) {
        columns.add(column);
      } else if (columns.get(known).role() != column.role()) {
        throw new CannotUndoException(
            "the undo record knows column "
                + column.name()
                + " of "
                + table
                + " as "
                + columns.get(known).role()
                + " and as "
                + column.role()
                + ": was the table changed during the branch?");
      }
    }
  }

  /** Folds what one entry did to one row. */
  void add(List<UndoColumn> imaged, @Nullable RowImage before, @Nullable RowImage after) {
    int[] places = imaged.stream().mapToInt(column -> positions.get(column.name())).toArray();
    RowImage image = before != null ? before : after;
    if (image == null) {
      throw new IllegalArgumentException("no image of a row of " + table);
    }
    Row row = rows.get(keyOf(spread(places, image)));
    if (row == null) {
      rows.put(
          keyOf(spread(places, image)),
          new Row(
              columns.size(),
              before == null ? null : spread(places, before),
              after == null ? null : spread(places, after)));
      return;
    }
    row.add(places, before, after);
  }

  private @Nullable ColumnValue[] spread(int[] places, RowImage image) {
    @Nullable ColumnValue[] values = new ColumnValue[columns.size()];
    for (int i = 0; i < places.length; i++) {
      values[places[i]] = image.values().get(i);
    }
    return values;
  }

  private List<ColumnValue> keyOf(@Nullable ColumnValue[] values) {
    List<ColumnValue> key = new ArrayList<>(2);
    for (int i = 0; i < values.length; i++) {
      ColumnValue value = values[i];
      if (columns.get(i).role() == UndoColumn.Role.KEY && value != null) {
        key.add(value);
      }
    }
    return key;
  }

  /** The row as a person and a policy see it. */
  DirtyRow dirty(Row row, List<ColumnValue> key, @Nullable RowImage now) {
    Map<String, ColumnValue> keyByName = new LinkedHashMap<>();
    int next = 0;
    for (UndoColumn column : columns) {
      if (column.role() == UndoColumn.Role.KEY) {
        keyByName.put(column.name(), key.get(next++));
      }
    }
    return new DirtyRow(
        table, keyByName, byName(row.wanted), byName(row.expected), byName(valuesOf(now)));
  }

  private static @Nullable ColumnValue @Nullable [] valuesOf(@Nullable RowImage image) {
    return image == null ? null : image.values().toArray(new ColumnValue[0]);
  }

  private @Nullable Map<String, ColumnValue> byName(@Nullable ColumnValue @Nullable [] values) {
    if (values == null) {
      return null;
    }
    Map<String, ColumnValue> byName = new LinkedHashMap<>();
    for (int i = 0; i < values.length; i++) {
      ColumnValue value = values[i];
      if (value != null) {
        byName.put(columns.get(i).name(), value);
      }
    }
    return byName;
  }

  /** One row: as it must be now, and as it must be in the end; null where it does not exist. */
  static final class Row {
    private final int width;
    private @Nullable ColumnValue @Nullable [] wanted;
    private @Nullable ColumnValue @Nullable [] expected;

    Row(
        int width,
        @Nullable ColumnValue @Nullable [] wanted,
        @Nullable ColumnValue @Nullable [] expected) {
      this.width = width;
      this.wanted = wanted;
      this.expected = expected;
    }

    /** A later change of the same row. A column first imaged now had its value all along. */
    private void add(int[] places, @Nullable RowImage before, @Nullable RowImage after) {
      @Nullable ColumnValue[] first = wanted;
      if (first != null && before != null) {
        for (int i = 0; i < places.length; i++) {
          if (first[places[i]] == null) {
            first[places[i]] = before.values().get(i);
          }
        }
      }
      if (after == null) {
        expected = null;
        return;
      }
      @Nullable ColumnValue[] last = expected == null ? new ColumnValue[width] : expected;
      for (int i = 0; i < places.length; i++) {
        last[places[i]] = after.values().get(i);
      }
      expected = last;
    }

    /** Whether the row, or its absence, is what the branch left. Unimaged columns do not count. */
    boolean isExpected(@Nullable RowImage now) {
      return matches(expected, now);
    }

    /** Whether the row, or its absence, is what it was before the branch. */
    boolean isWanted(@Nullable RowImage now) {
      return matches(wanted, now);
    }

    private static boolean matches(
        @Nullable ColumnValue @Nullable [] state, @Nullable RowImage now) {
      if (state == null || now == null) {
        return state == null && now == null;
      }
      for (int i = 0; i < state.length; i++) {
        ColumnValue value = state[i];
        if (value != null && !value.equals(now.values().get(i))) {
          return false;
        }
      }
      return true;
    }
  }
}
