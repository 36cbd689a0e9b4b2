package io.attx.datasource.undo;

import io.attx.datasource.dialect.AtDialect;
import io.attx.datasource.dirty.DirtyRow;
import io.attx.protocol.DirtyCase;
import io.attx.protocol.DirtyCases;
import io.attx.protocol.DirtyColumn;
import io.attx.protocol.Limits;
import io.attx.protocol.ShownValue;
import io.attx.undolog.ColumnValue;
import io.attx.undolog.UndoColumn;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Held rows as the coordinator keeps them and people see them; bounded. Thread-safe. */
public final class DirtyReport {
  private final AtDialect dialect;

  /** In the spelling of one database. */
  public DirtyReport(AtDialect dialect) {
    this.dialect = dialect;
  }

  /** The cases of one branch. */
  public DirtyCases cases(List<HeldRow> rows) {
    return DirtyCases.of(
        rows.stream().limit(Limits.MAX_CASES + 1L).map(this::oneCase).toList(), rows.size());
  }

  private DirtyCase oneCase(HeldRow held) {
    DirtyRow row = held.row();
    List<DirtyColumn> columns = new ArrayList<>();
    for (UndoColumn column : row.columns()) {
      if (column.role() != UndoColumn.Role.KEY) {
        columns.add(column(row, column));
      }
    }
    columns.sort(
        Comparator.comparing(column -> !column.changedByBranch() && !column.changedByOthers()));
    int shown = Math.min(columns.size(), Limits.MAX_CASE_COLUMNS);
    return new DirtyCase(
        row.table().toString(),
        key(row),
        RowDigests.row(row),
        row.kind().text() + (row.note().isEmpty() ? "" : " (" + row.note() + ")"),
        held.policy() + (held.why().isEmpty() ? "" : " (" + held.why() + ")"),
        columns.subList(0, shown),
        columns.size() - shown,
        RowDigests.now(row));
  }

  private String key(DirtyRow row) {
    StringBuilder key = new StringBuilder();
    for (UndoColumn column : row.columns()) {
      ColumnValue value = row.key().get(column.name());
      if (value != null) {
        key.append(key.isEmpty() ? "" : ", ")
            .append(column.name())
            .append('=')
            .append(dialect.images().shown(value, column));
      }
    }
    return key.toString();
  }

  private DirtyColumn column(DirtyRow row, UndoColumn column) {
    return new DirtyColumn(
        column.name(),
        column.typeName(),
        shown(row.before(), column),
        shown(row.after(), column),
        shown(row.now(), column),
        differs(row.before(), row.after(), column),
        differs(row.after(), row.now(), column));
  }

  private ShownValue shown(@Nullable Map<String, ColumnValue> image, UndoColumn column) {
    ColumnValue value = image == null ? null : image.get(column.name());
    if (value == null) {
      return ShownValue.ABSENT;
    }
    return value instanceof ColumnValue.Null
        ? ShownValue.NULL
        : ShownValue.of(dialect.images().shown(value, column));
  }

  private boolean differs(
      @Nullable Map<String, ColumnValue> one,
      @Nullable Map<String, ColumnValue> other,
      UndoColumn column) {
    if (one == null || other == null) {
      return one != other;
    }
    ColumnValue first = one.get(column.name());
    ColumnValue second = other.get(column.name());
    return first != null && second != null && !dialect.images().isSame(first, second, column);
  }
}
