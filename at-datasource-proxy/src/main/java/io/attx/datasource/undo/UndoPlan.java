package io.attx.datasource.undo;

import io.attx.undolog.ColumnValue;
import io.attx.undolog.RowImage;
import io.attx.undolog.UndoColumn;
import io.attx.undolog.UndoEntry;
import io.attx.undolog.UndoLog;
import io.attx.undolog.UndoTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What an undo record demands: each row folded, and the history of the branch backwards. Pure.
 *
 * <p>Compensation walks the history back statement by statement instead of jumping to the net
 * effect per row: between two statements the database was in a state that satisfied every
 * constraint, so going back through the same states does too. Only the rows of one statement need
 * an order among themselves.
 */
final class UndoPlan {
  private final Map<UndoTable, TableFold> tables = new LinkedHashMap<>();
  private final List<List<Step>> backwards = new ArrayList<>();

  private UndoPlan() {}

  /**
   * Plans a record.
   *
   * @throws CannotUndoException when the record contradicts itself
   */
  static UndoPlan of(UndoLog log) throws CannotUndoException {
    UndoPlan plan = new UndoPlan();
    for (UndoEntry entry : log.entries()) {
      plan.tables.computeIfAbsent(entry.table(), TableFold::new).addColumns(entry.columns());
    }
    for (UndoEntry entry : log.entries()) {
      plan.add(entry);
    }
    java.util.Collections.reverse(plan.backwards);
    return plan;
  }

  private void add(UndoEntry entry) throws CannotUndoException {
    TableFold fold = java.util.Objects.requireNonNull(tables.get(entry.table()));
    Map<List<ColumnValue>, RowImage> after = byKey(entry, entry.after());
    Map<List<ColumnValue>, RowImage> before = byKey(entry, entry.before());
    List<Step> steps = new ArrayList<>(Math.max(after.size(), before.size()));
    // New rows leave in the opposite order; rows that were there come back in their own.
    List<RowImage> inserted = new ArrayList<>();
    after.forEach((key, image) -> keepIf(!before.containsKey(key), image, inserted));
    for (int i = inserted.size() - 1; i >= 0; i--) {
      steps.add(step(entry, inserted.get(i), null));
    }
    before.forEach(
        (key, image) -> {
          if (!image.equals(after.get(key))) {
            steps.add(step(entry, after.get(key), image));
          }
        });

    before.forEach((key, image) -> fold.add(entry.columns(), image, after.get(key)));
    inserted.forEach(image -> fold.add(entry.columns(), null, image));
    backwards.add(steps);
  }

  private static void keepIf(boolean keep, RowImage image, List<RowImage> kept) {
    if (keep) {
      kept.add(image);
    }
  }

  private static Step step(UndoEntry entry, @Nullable RowImage from, @Nullable RowImage to) {
    return Step.between(entry.table(), entry.columns(), from, to);
  }

  private static Map<List<ColumnValue>, RowImage> byKey(UndoEntry entry, List<RowImage> rows)
      throws CannotUndoException {
    Map<List<ColumnValue>, RowImage> byKey = new LinkedHashMap<>(rows.size() * 2);
    for (RowImage row : rows) {
      List<ColumnValue> key = key(entry.columns(), row);
      if (key.isEmpty() || byKey.put(key, row) != null) {
        throw new CannotUndoException(
            key.isEmpty()
                ? "the undo record has no key column for " + entry.table()
                : "the undo record has two images of one row of "
                    + entry.table()
                    + ", key "
                    + Texts.values(key));
      }
    }
    return byKey;
  }

  /** The values of the key columns of an image, in their order. */
  static List<ColumnValue> key(List<UndoColumn> columns, RowImage image) {
    List<ColumnValue> key = new ArrayList<>(2);
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).role() == UndoColumn.Role.KEY) {
        key.add(image.values().get(i));
      }
    }
    return key;
  }

  /** The folded rows, table by table. */
  Collection<TableFold> tables() {
    return tables.values();
  }

  /**
   * The statements of the branch backwards, each as the steps that take it back. A row that is to
   * become something else than it was before takes one step of its own instead of its history:
   * where it comes or stays, at the last statement that touched it; where it goes, at the first.
   *
   * @param included whether the history of a row is to be taken back
   * @param instead the steps of the other rows
   */
  List<List<Step>> backwards(Predicate<RowKey> included, Map<RowKey, Step> instead) {
    Map<RowKey, Integer> places = places(instead);
    List<List<Step>> chosen = new ArrayList<>(backwards.size());
    for (int i = 0; i < backwards.size(); i++) {
      List<Step> steps =
          backwards.get(i).stream().filter(step -> included.test(RowKey.of(step))).toList();
      addIfAny(chosen, steps);
      for (Map.Entry<RowKey, Integer> place : places.entrySet()) {
        if (place.getValue() == i) {
          addIfAny(chosen, List.of(instead.get(place.getKey())));
        }
      }
    }
    instead.forEach(
        (key, step) -> {
          if (!places.containsKey(key)) {
            chosen.add(List.of(step));
          }
        });
    return chosen;
  }

  private Map<RowKey, Integer> places(Map<RowKey, Step> instead) {
    Map<RowKey, Integer> places = new LinkedHashMap<>();
    if (instead.isEmpty()) {
      return places;
    }
    for (int i = 0; i < backwards.size(); i++) {
      for (Step step : backwards.get(i)) {
        RowKey key = RowKey.of(step);
        Step own = instead.get(key);
        if (own != null && (own.action() == Step.Action.DELETE || !places.containsKey(key))) {
          places.put(key, i);
        }
      }
    }
    return places;
  }

  private static void addIfAny(List<List<Step>> chosen, List<Step> steps) {
    if (!steps.isEmpty()) {
      chosen.add(steps);
    }
  }
}
