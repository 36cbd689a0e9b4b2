package io.attx.datasource.undo;

import io.attx.datasource.metadata.TableMetadata;
import io.attx.datasource.metadata.TableMetadata.ForeignKey;
import io.attx.datasource.metadata.TableMetadata.UniqueIndex;
import io.attx.undolog.ColumnValue;
import io.attx.undolog.RowImage;
import io.attx.undolog.UndoColumn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * An order of the steps of one statement in which unique keys and references of the table to itself
 * hold at each step. Pure.
 */
final class StepOrder {
  private final List<Step> steps;
  private final List<List<Integer>> successors = new ArrayList<>();
  private final int[] waitsFor;

  /**
   * The result.
   *
   * @param ordered can be taken one after the other
   * @param cyclic comes behind them and holds at least one cycle; empty when there is none
   */
  record Order(List<Step> ordered, List<Step> cyclic) {}

  private StepOrder(List<Step> steps) {
    this.steps = steps;
    this.waitsFor = new int[steps.size()];
    steps.forEach(step -> successors.add(new ArrayList<>()));
  }

  /** Orders steps on one table that have the same columns. */
  static Order of(List<Step> steps, TableMetadata table) {
    StepOrder order = new StepOrder(steps);
    for (UniqueIndex index : table.uniqueIndexes()) {
      order.giveUpBeforeTaking(index.columns());
    }
    for (ForeignKey key : table.foreignKeys()) {
      if (key.parent().equals(table.name())) {
        order.parentsAround(key.columns(), key.parentColumns());
      }
    }
    return order.sort();
  }

  /** A step that takes a unique value comes behind the one that gives it up. */
  private void giveUpBeforeTaking(List<String> columns) {
    int[] places = places(columns);
    Map<List<ColumnValue>, Integer> givenUp = new HashMap<>();
    for (int i = 0; i < steps.size(); i++) {
      List<ColumnValue> from = tuple(steps.get(i).from(), places);
      if (from != null && !from.equals(tuple(steps.get(i).to(), places))) {
        givenUp.put(from, i);
      }
    }
    for (int i = 0; i < steps.size(); i++) {
      List<ColumnValue> to = tuple(steps.get(i).to(), places);
      Integer before = to == null ? null : givenUp.get(to);
      if (before != null) {
        edge(before, i);
      }
    }
  }

  /** A parent comes before the child that refers to it, and goes behind the one that did. */
  private void parentsAround(List<String> columns, List<String> parentColumns) {
    int[] child = places(columns);
    int[] parent = places(parentColumns);
    Map<List<ColumnValue>, Integer> coming = new HashMap<>();
    Map<List<ColumnValue>, Integer> going = new HashMap<>();
    for (int i = 0; i < steps.size(); i++) {
      List<ColumnValue> to = tuple(steps.get(i).to(), parent);
      List<ColumnValue> from = tuple(steps.get(i).from(), parent);
      if (to != null && !to.equals(from)) {
        coming.put(to, i);
      }
      if (from != null && !from.equals(to)) {
        going.put(from, i);
      }
    }
    for (int i = 0; i < steps.size(); i++) {
      Integer needed = coming.get(tuple(steps.get(i).to(), child));
      if (needed != null) {
        edge(needed, i);
      }
      Integer left = going.get(tuple(steps.get(i).from(), child));
      if (left != null) {
        edge(i, left);
      }
    }
  }

  private void edge(int first, int second) {
    if (first != second) {
      successors.get(first).add(second);
      waitsFor[second]++;
    }
  }

  /** Where the columns stand; those that were not imaged did not change and are left out. */
  private int[] places(List<String> names) {
    List<UndoColumn> columns = steps.get(0).columns();
    return names.stream()
        .mapToInt(name -> columns.stream().map(UndoColumn::name).toList().indexOf(name))
        .filter(place -> place >= 0)
        .toArray();
  }

  /** The values of columns of one step's image; null where one is not imaged, or NULL. */
  static @Nullable List<ColumnValue> tuple(
      Step step, @Nullable RowImage image, List<String> columns) {
    List<String> names = step.columns().stream().map(UndoColumn::name).toList();
    int[] places = columns.stream().mapToInt(names::indexOf).filter(place -> place >= 0).toArray();
    return places.length < columns.size() ? null : tuple(image, places);
  }

  /** Null where nothing is taken: no row, no column known, or a NULL among the values. */
  private static @Nullable List<ColumnValue> tuple(@Nullable RowImage image, int[] places) {
    if (image == null || places.length == 0) {
      return null;
    }
    List<ColumnValue> values = new ArrayList<>(places.length);
    for (int place : places) {
      ColumnValue value = image.values().get(place);
      if (value instanceof ColumnValue.Null) {
        return null;
      }
      values.add(value);
    }
    return values;
  }

  private Order sort() {
    PriorityQueue<Integer> free = new PriorityQueue<>();
    for (int i = 0; i < waitsFor.length; i++) {
      if (waitsFor[i] == 0) {
        free.add(i);
      }
    }
    List<Step> ordered = new ArrayList<>(steps.size());
    boolean[] taken = new boolean[steps.size()];
    for (Integer next = free.poll(); next != null; next = free.poll()) {
      ordered.add(steps.get(next));
      taken[next] = true;
      for (int successor : successors.get(next)) {
        if (--waitsFor[successor] == 0) {
          free.add(successor);
        }
      }
    }
    List<Step> cyclic = new ArrayList<>();
    for (int i = 0; i < taken.length; i++) {
      if (!taken[i]) {
        cyclic.add(steps.get(i));
      }
    }
    return new Order(ordered, cyclic);
  }
}
