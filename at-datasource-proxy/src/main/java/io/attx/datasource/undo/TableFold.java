package io.attx.datasource.undo;

import io.attx.BranchRef;
import io.attx.datasource.dirty.DirtyKind;
import io.attx.datasource.dirty.DirtyRow;
import io.attx.datasource.dirty.RowJudge;
import io.attx.undolog.ColumnValue;
import io.attx.undolog.RowImage;
import io.attx.undolog.UndoColumn;
import io.attx.undolog.UndoTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
  DirtyRow dirty(
      BranchRef branch,
      RowKey key,
      @Nullable RowImage now,
      DirtyKind kind,
      String note,
      boolean beforeIsWhole) {
    Row row = row(key);
    Map<String, ColumnValue> keyByName = new LinkedHashMap<>();
    int next = 0;
    for (UndoColumn column : columns) {
      if (column.role() == UndoColumn.Role.KEY) {
        keyByName.put(column.name(), key.values().get(next++));
      }
    }
    return new DirtyRow(
        branch,
        table,
        kind,
        note,
        columns,
        keyByName,
        byName(row.wanted),
        byName(row.expected),
        byName(valuesOf(now)),
        beforeIsWhole);
  }

  private Row row(RowKey key) {
    return Objects.requireNonNull(rows.get(key.values()));
  }

  /** What happened to a row that is neither as the branch left it nor as it was before. */
  DirtyKind kind(RowKey key, @Nullable RowImage now) {
    Row row = row(key);
    if (now == null) {
      return DirtyKind.DELETED;
    }
    if (row.expected == null) {
      return DirtyKind.INSERTED_AGAIN;
    }
    return row.wanted == null ? DirtyKind.INSERTED_ROW_CHANGED : DirtyKind.CHANGED;
  }

  /** The row as it was before the branch; columns that were not imaged are as they are now. */
  @Nullable Map<String, ColumnValue> wanted(RowKey key, @Nullable RowImage now) {
    Map<String, ColumnValue> before = byName(row(key).wanted);
    Map<String, ColumnValue> current = byName(valuesOf(now));
    if (before == null || current == null) {
      return before;
    }
    current.putAll(before);
    return current;
  }

  /** Whether the row is as the branch left it. */
  boolean isExpected(
      RowKey key, @Nullable RowImage now, RowJudge.Equality equality, boolean computedToo) {
    return matches(row(key).expected, now, equality, computedToo);
  }

  /** Whether the row is as it was before the branch. */
  boolean isWanted(
      RowKey key, @Nullable RowImage now, RowJudge.Equality equality, boolean computedToo) {
    return matches(row(key).wanted, now, equality, computedToo);
  }

  /** Whether the row is as it was told to become. */
  boolean isTarget(
      @Nullable Map<String, ColumnValue> target,
      @Nullable RowImage now,
      RowJudge.Equality equality) {
    @Nullable ColumnValue @Nullable [] values = null;
    if (target != null) {
      values = new ColumnValue[columns.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = target.get(columns.get(i).name());
      }
    }
    return matches(values, now, equality, false);
  }

  /** Unimaged columns do not count; computed ones follow from others that may have changed. */
  private boolean matches(
      @Nullable ColumnValue @Nullable [] state,
      @Nullable RowImage now,
      RowJudge.Equality equality,
      boolean computedToo) {
    if (state == null || now == null) {
      return state == null && now == null;
    }
    for (int i = 0; i < state.length; i++) {
      ColumnValue value = state[i];
      UndoColumn column = columns.get(i);
      if (value != null
          && (computedToo || column.role() != UndoColumn.Role.GENERATED)
          && !equality.isSame(value, now.values().get(i), column)) {
        return false;
      }
    }
    return true;
  }

  /** The one step that leads from what is there to a target. */
  Step step(@Nullable RowImage now, @Nullable Map<String, ColumnValue> target) {
    if (target == null) {
      return Step.between(table, columns, now, null);
    }
    List<UndoColumn> known =
        columns.stream().filter(column -> target.containsKey(column.name())).toList();
    RowImage to =
        new RowImage(
            known.stream()
                .map(column -> Objects.requireNonNull(target.get(column.name())))
                .toList());
    if (now == null) {
      return Step.between(table, known, null, to);
    }
    List<ColumnValue> from = new ArrayList<>();
    for (UndoColumn column : known) {
      from.add(now.values().get(columns.indexOf(column)));
    }
    return Step.between(table, known, new RowImage(from), to);
  }

  private static @Nullable ColumnValue @Nullable [] valuesOf(@Nullable RowImage image) {
    return image == null ? null : image.values().toArray(new ColumnValue[0]);
  }

  /** An image that has all columns, by their names. */
  @Nullable Map<String, ColumnValue> byName(@Nullable RowImage image) {
    return byName(valuesOf(image));
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
  }
}
