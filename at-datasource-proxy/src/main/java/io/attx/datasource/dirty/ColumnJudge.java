package io.attx.datasource.dirty;

import io.attx.dirty.DirtyPolicy;
import io.attx.undolog.ColumnValue;
import io.attx.undolog.UndoColumn;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Decides column by column about a row that the branch changed and that is still there. A policy
 * that is limited to columns settles those; as soon as what is left is as the branch left it, or as
 * it was before, no further policy is asked. Used once.
 */
final class ColumnJudge {
  private final RowJudge judge;
  private final DirtyRow row;
  private final Map<String, ColumnValue> before;
  private final Map<String, ColumnValue> after;
  private final Map<String, ColumnValue> now;
  private final Map<String, ColumnValue> target;
  private final List<UndoColumn> open = new ArrayList<>();
  private final List<String> used = new ArrayList<>();

  ColumnJudge(RowJudge judge, DirtyRow row) {
    this.judge = judge;
    this.row = row;
    this.before = Objects.requireNonNull(row.before());
    this.after = Objects.requireNonNull(row.after());
    this.now = Objects.requireNonNull(row.now());
    this.target = new LinkedHashMap<>(now);
    for (UndoColumn column : row.columns()) {
      boolean imaged = before.containsKey(column.name()) && after.containsKey(column.name());
      if (imaged && column.role() == UndoColumn.Role.VALUE) {
        open.add(column);
      }
    }
  }

  RowFate judge() {
    for (DirtyPolicy policy : judge.policies()) {
      if (policy.action() != DirtyPolicy.Action.DELTA) {
        RowFate clean = cleanRest();
        if (clean != null) {
          return clean;
        }
      }
      RowFate fate = ask(policy);
      if (fate != null) {
        return fate;
      }
    }
    RowFate clean = cleanRest();
    return clean == null ? judge.held("") : clean;
  }

  /** Null while what is left is dirty. */
  private @Nullable RowFate cleanRest() {
    if (open.stream().allMatch(column -> judge.isSame(column, now, after))) {
      if (used.isEmpty()) {
        return new RowFate.TakeBack();
      }
      restoreOpen();
      return becomes();
    }
    if (open.stream().allMatch(column -> judge.isSame(column, now, before))) {
      return used.isEmpty() ? new RowFate.Settled() : becomes();
    }
    return null;
  }

  private RowFate becomes() {
    return new RowFate.Becomes(target, String.join("+", used));
  }

  private void restoreOpen() {
    open.forEach(column -> target.put(column.name(), value(before, column)));
    open.clear();
  }

  /** Null where the next policy is to be asked. */
  private @Nullable RowFate ask(DirtyPolicy policy) {
    return switch (policy.action()) {
      case HOLD -> isTouched(policy) ? judge.held("") : null;
      case KEEP_CURRENT -> settle(policy, now);
      case RESTORE_BEFORE -> settle(policy, before);
      case DELTA -> count(policy);
      case MERGE -> merge(policy);
      case HANDLER -> handle(policy);
    };
  }

  /** Whether one of the policy's columns is neither as the branch left it nor as before. */
  private boolean isTouched(DirtyPolicy policy) {
    return policy.names().isEmpty()
        || open.stream()
            .anyMatch(
                column ->
                    judge.speaksOf(policy, column.name())
                        && !judge.isSame(column, now, after)
                        && !judge.isSame(column, now, before));
  }

  private @Nullable RowFate settle(DirtyPolicy policy, Map<String, ColumnValue> image) {
    boolean any = false;
    for (UndoColumn column : List.copyOf(open)) {
      if (judge.speaksOf(policy, column.name())) {
        target.put(column.name(), value(image, column));
        open.remove(column);
        any = true;
      }
    }
    return usedFor(any, policy);
  }

  private @Nullable RowFate usedFor(boolean any, DirtyPolicy policy) {
    if (any) {
      used.add(policy.action().word());
    }
    return policy.names().isEmpty() && open.isEmpty() ? becomes() : null;
  }

  private @Nullable RowFate count(DirtyPolicy policy) {
    boolean any = false;
    for (UndoColumn column : List.copyOf(open)) {
      if (judge.speaksOf(policy, column.name()) && ExactNumbers.isExact(column.typeName())) {
        ColumnValue counted =
            ExactNumbers.takeBack(
                before.get(column.name()), after.get(column.name()), now.get(column.name()));
        if (counted != null) {
          target.put(column.name(), counted);
          open.remove(column);
          any = true;
        }
      }
    }
    return usedFor(any, policy);
  }

  private @Nullable RowFate merge(DirtyPolicy policy) {
    boolean any = false;
    for (UndoColumn column : List.copyOf(open)) {
      if (!judge.speaksOf(policy, column.name())) {
        continue;
      }
      boolean oursAlone = judge.isSame(column, now, after);
      boolean stays = judge.isSame(column, before, after) || judge.isSame(column, now, before);
      if (oursAlone || stays) {
        target.put(column.name(), value(stays ? now : before, column));
        open.remove(column);
        any = true;
      }
    }
    if (any) {
      used.add(policy.action().word());
    }
    return open.isEmpty() ? becomes() : null;
  }

  private @Nullable RowFate handle(DirtyPolicy policy) {
    DirtyRowDecision decision;
    try {
      decision = judge.decide(row, policy);
    } catch (RuntimeException failure) {
      return new RowFate.Held(policy.toString(), "the handler failed: " + failure);
    }
    if (decision instanceof DirtyRowDecision.Next) {
      return null;
    }
    used.add(policy.toString());
    if (decision instanceof DirtyRowDecision.RestoreBefore) {
      restoreOpen();
      return becomes();
    }
    if (decision instanceof DirtyRowDecision.Values values) {
      String unknown = unassignable(values.values(), row.columns());
      target.putAll(values.values());
      return unknown == null ? becomes() : new RowFate.Held(policy.toString(), unknown);
    }
    return decision instanceof DirtyRowDecision.KeepCurrent
        ? becomes()
        : new RowFate.Held(policy.toString(), "");
  }

  /** Why values cannot be given to a row, or null when they can. */
  static @Nullable String unassignable(Map<String, ColumnValue> values, List<UndoColumn> columns) {
    for (String name : values.keySet()) {
      boolean assignable =
          columns.stream()
              .anyMatch(
                  column -> column.role() == UndoColumn.Role.VALUE && column.name().equals(name));
      if (!assignable) {
        return "no value can be given to column " + name + ": it is a key, computed or not imaged";
      }
    }
    return null;
  }

  private static ColumnValue value(Map<String, ColumnValue> image, UndoColumn column) {
    return Objects.requireNonNull(image.get(column.name()));
  }
}
