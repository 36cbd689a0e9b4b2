package io.attx.datasource.image;

import io.attx.RowLockKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * In which order rows come back: a row behind those that it refers to. References are followed by
 * lock keys, which are equal where the database holds the values to be equal. Pure.
 */
final class CascadeOrder {
  private CascadeOrder() {}

  /**
   * Gives each row a level above those of the rows that it refers to.
   *
   * @throws StatementRefusedException when rows refer to each other in a circle
   */
  static void assignLevels(Execution execution, Collection<CascadedRow> rows)
      throws StatementRefusedException {
    Map<RowLockKey, List<CascadedRow>> owners = new HashMap<>();
    for (CascadedRow row : rows) {
      keys(row, false)
          .forEach(key -> owners.computeIfAbsent(key, ignored -> new ArrayList<>()).add(row));
    }
    Map<CascadedRow, List<CascadedRow>> children = new HashMap<>();
    Map<CascadedRow, Integer> waitsFor = new HashMap<>();
    for (CascadedRow row : rows) {
      for (RowLockKey parentKey : keys(row, true)) {
        for (CascadedRow parent : owners.getOrDefault(parentKey, List.of())) {
          if (parent != row) {
            children.computeIfAbsent(parent, ignored -> new ArrayList<>()).add(row);
            waitsFor.merge(row, 1, Integer::sum);
          }
        }
      }
    }
    Deque<CascadedRow> free = new ArrayDeque<>();
    rows.stream().filter(row -> !waitsFor.containsKey(row)).forEach(free::add);
    int done = 0;
    for (CascadedRow row = free.poll(); row != null; row = free.poll()) {
      done++;
      for (CascadedRow child : children.getOrDefault(row, List.of())) {
        child.level = Math.max(child.level, row.level + 1);
        if (waitsFor.merge(child, -1, Integer::sum) == 0) {
          free.add(child);
        }
      }
    }
    if (done < rows.size()) {
      throw execution.refused(
          "rows that would be deleted or changed together refer to each other in a circle, so that"
              + " they could not be restored one after the other.",
          "set one of the references to NULL first, by a statement of its own.");
    }
  }

  /** The keys that name the row, or those of the rows that it refers to. */
  private static List<RowLockKey> keys(CascadedRow row, boolean parents) {
    List<RowLockKey> keys = new ArrayList<>();
    for (int i = 0; i < row.layout.sources().size(); i++) {
      @Nullable RowLockKey key = row.row.lockKeys().get(i);
      boolean parent = row.layout.sources().get(i).kind() == LockSource.Kind.PARENT;
      if (key != null && parent == parents) {
        keys.add(key);
      }
    }
    return keys;
  }
}
