package io.attx.datasource.image;

import io.attx.undolog.ColumnValue;
import io.attx.undolog.RowImage;
import io.attx.undolog.UndoColumn;
import io.attx.undolog.UndoEntry;
import io.attx.undolog.UndoTable;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Turns image rows into undo entries and locks. */
final class Changes {
  private final Execution execution;
  private final ImageLayout layout;
  private final Locks locks;
  private final Map<Part, Changes> parts = new LinkedHashMap<>();
  private final List<RowImage> before = new ArrayList<>();
  private final List<RowImage> after = new ArrayList<>();

  Changes(Execution execution, ImageLayout layout) {
    this(execution, layout, new Locks());
  }

  private Changes(Execution execution, ImageLayout layout, Locks locks) {
    this.execution = execution;
    this.layout = layout;
    this.locks = locks;
  }

  /**
   * Changes that a cascade made in one table. They share the locks of this; their entries stand
   * before its own, in the order in which the parts were first asked for.
   */
  Changes part(ImageLayout of, int level, UndoEntry.Kind kind) {
    return parts.computeIfAbsent(
        new Part(of.table().name(), level, kind), ignored -> new Changes(execution, of, locks));
  }

  private record Part(UndoTable table, int level, UndoEntry.Kind kind) {}

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
    if (old.key().equals(now.key())) {
      locks.updated(layout, old, now);
    } else {
      locks.wholeRow(layout, old);
      locks.wholeRow(layout, now);
    }
  }

  /**
   * Adds rows of which some got other keys. Images are those of keys, not of rows that moved: what
   * stood under each key before and what stands there now.
   */
  void moved(List<ImagedRow> captured, Collection<ImagedRow> now) {
    Map<List<ColumnValue>, ImagedRow> found = new HashMap<>();
    now.forEach(row -> found.put(row.key(), row));
    for (ImagedRow row : captured) {
      ImagedRow same = found.get(row.key());
      if (same != null && same.image().equals(row.image())) {
        locks.captured(layout, row);
        found.remove(row.key());
      } else {
        before.add(row.image());
        locks.wholeRow(layout, row);
      }
    }
    for (ImagedRow row : now) {
      if (found.containsKey(row.key())) {
        after.add(row.image());
        locks.wholeRow(layout, row);
      }
    }
  }

  /** Adds a row that another with the same key took the place of. */
  void replaced(ImagedRow old, ImagedRow now) {
    locks.wholeRow(layout, old);
    locks.wholeRow(layout, now);
    if (!old.image().equals(now.image())) {
      before.add(old.image());
      after.add(now.image());
    }
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
    List<UndoEntry> entries = new ArrayList<>(1);
    parts.forEach((part, changes) -> entries.addAll(changes.entries(part.kind())));
    if (size() > 0) {
      entries.add(new UndoEntry(kind, layout.table().name(), layout.columns(), before, after));
    }
    return entries;
  }

  /** The entries with some of the columns only, for rows that kept the others. */
  List<UndoEntry> entries(UndoEntry.Kind kind, List<UndoColumn> columns) {
    if (size() == 0) {
      return List.of();
    }
    int[] places = columns.stream().mapToInt(layout.columns()::indexOf).toArray();
    return List.of(
        new UndoEntry(
            kind, layout.table().name(), columns, only(before, places), only(after, places)));
  }

  private static List<RowImage> only(List<RowImage> rows, int[] places) {
    List<RowImage> result = new ArrayList<>(rows.size());
    for (RowImage row : rows) {
      List<ColumnValue> values = new ArrayList<>(places.length);
      for (int place : places) {
        values.add(row.values().get(place));
      }
      result.add(new RowImage(values));
    }
    return result;
  }

  /** As a part of a larger outcome. */
  StatementOutcome outcome(UndoEntry.Kind kind) {
    return new StatementOutcome(
        new long[] {size()}, null, null, null, entries(kind), locks.requests());
  }

  Locks locks() {
    return locks;
  }
}
