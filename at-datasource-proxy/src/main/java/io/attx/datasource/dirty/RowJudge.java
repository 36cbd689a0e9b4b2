package io.attx.datasource.dirty;

import io.attx.dirty.DirtyChain;
import io.attx.dirty.DirtyPolicy;
import io.attx.dirty.DirtyPolicy.Action;
import io.attx.dirty.PolicyName;
import io.attx.undolog.ColumnValue;
import io.attx.undolog.UndoColumn;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Asks the policies of one table about its rows. Pure but for handlers. Thread-safe. */
public final class RowJudge {
  private final DirtyChain chain;
  private final Map<String, DirtyRowHandler> handlers;
  private final Names names;
  private final Equality equality;

  /** Whether a written column name means the column of an exact name. */
  @FunctionalInterface
  public interface Names {
    /** Whether it does. */
    boolean matches(PolicyName written, String exactName);
  }

  /** Whether two values of a column are the same, perhaps in two spellings. */
  @FunctionalInterface
  public interface Equality {
    /** Whether they are. */
    boolean isSame(ColumnValue one, ColumnValue other, UndoColumn column);
  }

  RowJudge(
      DirtyChain chain, Map<String, DirtyRowHandler> handlers, Names names, Equality equality) {
    this.chain = chain;
    this.handlers = handlers;
    this.names = names;
    this.equality = equality;
  }

  /** Of a chain without handlers and columns, as a person decides. */
  public static RowJudge of(DirtyChain chain, Equality equality) {
    return new RowJudge(chain, Map.of(), (written, exact) -> false, equality);
  }

  /** Whether rows must be judged although they may be as wanted: somebody counts. */
  public boolean counts() {
    return chain.policies().get(0).action() == Action.DELTA;
  }

  /** Decides about one row. */
  public RowFate judge(DirtyRow row) {
    if (row.kind() == DirtyKind.CHANGED) {
      return new ColumnJudge(this, row).judge();
    }
    String why = "";
    for (DirtyPolicy policy : chain.policies()) {
      RowFate fate;
      switch (policy.action()) {
        case HOLD -> fate = held(why);
        case KEEP_CURRENT -> fate = policy.names().isEmpty() ? becomes(row.now(), policy) : null;
        case RESTORE_BEFORE -> {
          String reason = policy.names().isEmpty() ? unrestorable(row) : "";
          fate = reason == null ? becomes(restored(row), policy) : null;
          why = reason == null ? why : reason;
        }
        case MERGE -> fate = policy.names().isEmpty() ? merged(row, policy) : null;
        case DELTA -> fate = null;
        case HANDLER -> fate = handled(row, policy);
        default -> throw new IllegalStateException(policy.toString());
      }
      if (fate != null) {
        return fate;
      }
    }
    return held(why);
  }

  /** Why the before image cannot win, or null when it can. */
  private static @Nullable String unrestorable(DirtyRow row) {
    if (row.kind().isObstacle()) {
      return "the before image cannot come back while this is so";
    }
    return row.kind() == DirtyKind.DELETED && !row.beforeIsWhole()
        ? "the images have only some columns of the row, so it cannot be inserted again"
        : null;
  }

  private static @Nullable Map<String, ColumnValue> restored(DirtyRow row) {
    return row.before();
  }

  /** Where a whole row came or went, it merges only with a branch that left it alone. */
  private @Nullable RowFate merged(DirtyRow row, DirtyPolicy policy) {
    boolean cameAndWent =
        row.kind() == DirtyKind.INSERTED_AGAIN && row.before() == null && row.after() == null;
    boolean untouched =
        row.kind() == DirtyKind.DELETED
            && row.columns().stream()
                .filter(column -> column.role() == UndoColumn.Role.VALUE)
                .allMatch(column -> isSame(column, row.before(), row.after()));
    return cameAndWent || untouched ? becomes(row.now(), policy) : null;
  }

  private @Nullable RowFate handled(DirtyRow row, DirtyPolicy policy) {
    DirtyRowDecision decision;
    try {
      decision = decide(row, policy);
    } catch (RuntimeException failure) {
      return new RowFate.Held(policy.toString(), "the handler failed: " + failure);
    }
    if (decision instanceof DirtyRowDecision.KeepCurrent) {
      return becomes(row.now(), policy);
    }
    if (decision instanceof DirtyRowDecision.RestoreBefore) {
      String reason = unrestorable(row);
      return reason == null
          ? becomes(restored(row), policy)
          : new RowFate.Held(policy.toString(), reason);
    }
    if (decision instanceof DirtyRowDecision.Next) {
      return null;
    }
    return new RowFate.Held(
        policy.toString(),
        decision instanceof DirtyRowDecision.Values
            ? "values can be given only to a row that the branch changed and that is there"
            : "");
  }

  DirtyRowDecision decide(DirtyRow row, DirtyPolicy policy) {
    String name = policy.names().get(0).text();
    DirtyRowHandler handler = handlers.get(name);
    if (handler == null) {
      throw new IllegalStateException("this application has no handler '" + name + "'");
    }
    return handler.decide(row);
  }

  private static RowFate becomes(@Nullable Map<String, ColumnValue> target, DirtyPolicy policy) {
    return new RowFate.Becomes(target, policy.toString());
  }

  RowFate.Held held(String why) {
    return new RowFate.Held(chain.toString(), why);
  }

  List<DirtyPolicy> policies() {
    return chain.policies();
  }

  /** Whether a policy speaks of this column: without names it speaks of all. */
  boolean speaksOf(DirtyPolicy policy, String column) {
    return policy.columns().isEmpty()
        || policy.columns().stream().anyMatch(name -> names.matches(name, column));
  }

  /** Whether the two images have the same value, or both none. */
  boolean isSame(
      UndoColumn column,
      @Nullable Map<String, ColumnValue> one,
      @Nullable Map<String, ColumnValue> other) {
    ColumnValue first = one == null ? null : one.get(column.name());
    ColumnValue second = other == null ? null : other.get(column.name());
    if (first == null || second == null) {
      return first == second;
    }
    return equality.isSame(first, second, column);
  }
}
