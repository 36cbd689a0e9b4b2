package io.attx.datasource.image;

import io.attx.undolog.ColumnValue;
import io.attx.undolog.RowImage;
import io.attx.undolog.UndoEntry;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Turns image rows into undo entries and locks. */
final class Changes {
  private final Execution execution;
  private final ImageLayout layout;
  private final Locks locks = new Locks();
  private final List<RowImage> before = new ArrayList<>();
  private final List<RowImage> after = new ArrayList<>();

  Changes(Execution execution, ImageLayout layout) {
    this.execution = execution;
    this.layout = layout;
  }

  /** Pairs captured rows with their after images. */
  Changes updated(List<ImagedRow> captured, Map<List<ColumnValue>, ImagedRow> now)
      throws SQLException {
    for (ImagedRow row : captured) {
      ImagedRow found = now.get(row.key());
      if (found == null) {
        throw execution.unprotected("row " + row.key() + " is gone after an UPDATE");
      }
      updated(row, found);
    }
    return this;
  }

  /** Adds one row that was captured before and read after. */
  void updated(ImagedRow old, ImagedRow now) {
    if (old.image().equals(now.image())) {
      locks.captured(layout, old);
      return;
    }
    before.add(old.image());
    after.add(now.image());
    locks.updated(layout, old, now);
  }

  /** Adds rows that are gone. */
  Changes deleted(List<ImagedRow> rows) {
    for (ImagedRow row : rows) {
      before.add(row.image());
      locks.wholeRow(layout, row);
    }
    return this;
  }

  /** Adds rows that are new. */
  Changes inserted(List<ImagedRow> rows) {
    for (ImagedRow row : rows) {
      after.add(row.image());
      locks.wholeRow(layout, row);
    }
    return this;
  }

  /** Adds rows that are only locked. */
  Changes captured(List<ImagedRow> rows) {
    rows.forEach(row -> locks.captured(layout, row));
    return this;
  }

  /** How many rows really changed. */
  int size() {
    return Math.max(before.size(), after.size());
  }

  List<UndoEntry> entries(UndoEntry.Kind kind) {
    return size() == 0
        ? List.of()
        : List.of(new UndoEntry(kind, layout.table().name(), layout.columns(), before, after));
  }

  Locks locks() {
    return locks;
  }
}
