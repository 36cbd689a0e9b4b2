package io.attx.datasource.undo;

import io.attx.datasource.dialect.AtDialect;
import io.attx.datasource.dirty.DirtyKind;
import io.attx.datasource.dirty.DirtyRow;
import io.attx.datasource.dirty.DirtyRules;
import io.attx.datasource.dirty.RowFate;
import io.attx.datasource.dirty.RowJudge;
import io.attx.datasource.metadata.ColumnMetadata;
import io.attx.datasource.metadata.MetadataCache;
import io.attx.datasource.metadata.TableMetadata;
import io.attx.dirty.DirtyChain;
import io.attx.protocol.ResolveAction;
import io.attx.protocol.RowDecision;
import io.attx.undolog.ColumnValue;
import io.attx.undolog.RowImage;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides what becomes of every row of one branch before any of them is changed: by a person's
 * decision, by the declared policies, or because nothing is wrong with it. Used once, by one
 * thread.
 */
final class BranchJudgement {
  private final AtDialect dialect;
  private final DirtyRules rules;
  private final MetadataCache tables;
  private final Connection connection;
  private final UndoOrder order;
  private final RowJudge.Equality equality;
  private final Map<RowKey, RowFate> fates = new LinkedHashMap<>();
  private final Set<RowKey> exact = new HashSet<>();
  private final Map<RowKey, SettledRow> settled = new LinkedHashMap<>();
  private final Map<RowKey, HeldRow> held = new LinkedHashMap<>();
  private final Set<String> decided = new HashSet<>();
  private final Map<TableFold, RowJudge> judges = new HashMap<>();

  BranchJudgement(
      AtDialect dialect,
      DirtyRules rules,
      MetadataCache tables,
      Connection connection,
      UndoOrder order) {
    this.dialect = dialect;
    this.rules = rules;
    this.tables = tables;
    this.connection = connection;
    this.order = order;
    this.equality = dialect.images()::isSame;
  }

  // ---- judging ----

  /** Judges all rows of one table. */
  void judge(TableFold fold, Map<List<ColumnValue>, RowImage> now)
      throws SQLException, DecisionRefusedException {
    for (List<ColumnValue> values : fold.rows().keySet()) {
      RowKey key = new RowKey(fold.table(), values);
      RowImage image = now.get(values);
      boolean expected = fold.isExpected(key, image, equality, false);
      if (expected && fold.isExpected(key, image, equality, true)) {
        exact.add(key);
      }
      if (!isDecided(fold, key, image, expected)) {
        declared(fold, key, image, expected);
      }
    }
  }

  private boolean isDecided(TableFold fold, RowKey key, @Nullable RowImage now, boolean expected)
      throws SQLException, DecisionRefusedException {
    if (order.decisions().rows().isEmpty()) {
      return false;
    }
    DirtyRow row = dirty(fold, key, now, fold.kind(key, now), "");
    RowDecision decision = order.decisions().rows().get(RowDigests.row(row));
    if (decision == null) {
      return false;
    }
    decided.add(decision.row());
    if (!RowDigests.now(row).equals(decision.expectedNow())) {
      held.put(key, new HeldRow(row, "operator", "it has changed since that decision"));
    } else if (expected && decision.action() == ResolveAction.RESTORE) {
      fates.put(key, new RowFate.TakeBack());
    } else {
      carriedOut(key, row, decision.action(), decision);
    }
    return true;
  }

  private void declared(TableFold fold, RowKey key, @Nullable RowImage now, boolean expected)
      throws SQLException, DecisionRefusedException {
    if (expected) {
      fates.put(key, new RowFate.TakeBack());
      return;
    }
    RowJudge judge = judge(fold);
    DirtyKind kind = fold.kind(key, now);
    boolean counted = judge.counts() && kind == DirtyKind.CHANGED;
    if (!counted && fold.isWanted(key, now, equality, false)) {
      fates.put(key, new RowFate.Settled());
      return;
    }
    fate(key, dirty(fold, key, now, kind, ""), judge);
  }

  /** A row that could be taken back, were it not for another row. */
  void obstacle(TableFold fold, RowKey key, @Nullable RowImage now, DirtyKind kind, String note)
      throws SQLException, DecisionRefusedException {
    DirtyRow row = dirty(fold, key, now, kind, note);
    fates.remove(key);
    settled.remove(key);
    RowDecision decision = order.decisions().rows().get(RowDigests.row(row));
    if (decision != null) {
      throw new DecisionRefusedException(
          "row " + decision.row() + ": " + kind.text() + " (" + note + ")");
    }
    fate(key, row, judge(fold));
  }

  private RowJudge judge(TableFold fold) throws SQLException {
    RowJudge known = judges.get(fold);
    if (known == null) {
      known = rules.judge(connection, fold.table(), order.policies());
      judges.put(fold, known);
    }
    return known;
  }

  private void fate(RowKey key, DirtyRow row, RowJudge judge) throws DecisionRefusedException {
    ResolveAction others = order.decisions().others();
    if (others == null) {
      held.put(key, new HeldRow(row, "operator", "nobody decided about it"));
      return;
    }
    if (others != ResolveAction.RETRY) {
      carriedOut(key, row, others, null);
      return;
    }
    RowFate fate = judge.judge(row);
    if (fate instanceof RowFate.Held stuck) {
      held.put(key, new HeldRow(row, stuck.policy(), stuck.why()));
      return;
    }
    fates.put(key, fate);
    if (fate instanceof RowFate.Becomes becomes) {
      settled.put(key, new SettledRow(row, becomes.policy()));
    }
  }

  // ---- what a person decided ----

  private void carriedOut(
      RowKey key, DirtyRow row, ResolveAction action, @Nullable RowDecision decision)
      throws DecisionRefusedException {
    String policy = "operator " + action.name().toLowerCase(Locale.ROOT);
    RowFate fate =
        switch (action) {
          case KEEP -> new RowFate.Becomes(row.now(), policy);
          case RESTORE -> RowJudge.of(DirtyChain.parse("restore"), equality).judge(row);
          case MERGE -> RowJudge.of(DirtyChain.parse("merge"), equality).judge(row);
          case VALUES -> new RowFate.Becomes(values(row, decision), policy);
          case RETRY -> throw new IllegalStateException("RETRY is no decision about a row");
        };
    if (fate instanceof RowFate.Held stuck) {
      throw new DecisionRefusedException(
          policy
              + " of "
              + row.table()
              + " key "
              + Texts.image(row.key())
              + " is not possible: "
              + (stuck.why().isEmpty() ? "both sides changed the same column" : stuck.why()));
    }
    fates.put(key, fate);
    if (fate instanceof RowFate.Becomes becomes) {
      settled.put(key, new SettledRow(row, policy));
      fates.put(key, new RowFate.Becomes(becomes.target(), policy));
    }
  }

  private Map<String, ColumnValue> values(DirtyRow row, @Nullable RowDecision decision)
      throws DecisionRefusedException {
    if (row.now() == null || decision == null) {
      throw new DecisionRefusedException(
          "values can be given only to a row that is there: " + row.table());
    }
    Map<String, ColumnValue> target = new LinkedHashMap<>(row.now());
    for (RowDecision.ColumnText given : decision.values()) {
      target.put(given.column(), value(row, given));
    }
    return target;
  }

  private ColumnValue value(DirtyRow row, RowDecision.ColumnText given)
      throws DecisionRefusedException {
    boolean assignable =
        row.columns().stream()
            .anyMatch(
                column ->
                    column.name().equals(given.column())
                        && column.role() == io.attx.undolog.UndoColumn.Role.VALUE);
    if (!assignable) {
      throw new DecisionRefusedException(
          "no value can be given to column "
              + given.column()
              + " of "
              + row.table()
              + ": it is a key, computed, or was not touched by the branch");
    }
    try {
      ColumnMetadata column = tables.table(connection, row.table()).column(given.column());
      if (column == null) {
        throw new DecisionRefusedException("column " + given.column() + " is gone");
      }
      return given.text() == null
          ? ColumnValue.NULL
          : dialect.images().written(given.text(), column);
    } catch (SQLException | IllegalArgumentException wrong) {
      throw new DecisionRefusedException(
          "the value for column " + given.column() + ": " + wrong.getMessage());
    }
  }

  /** Fails when a decision was about a row that is none of this branch. */
  void requireAllDecisionsUsed() throws DecisionRefusedException {
    for (String row : order.decisions().rows().keySet()) {
      if (!decided.contains(row)) {
        throw new DecisionRefusedException("this branch has no row " + row);
      }
    }
  }

  // ---- the result ----

  /** The rows that a person must decide about. */
  List<HeldRow> held() {
    return List.copyOf(held.values());
  }

  /** The dirty rows that were settled. */
  List<SettledRow> settled() {
    return List.copyOf(settled.values());
  }

  /** Whether the branch's own history of this row is to be taken back. */
  boolean isTakenBack(RowKey key) {
    return fates.get(key) instanceof RowFate.TakeBack;
  }

  /** What a settled row is to become; empty where nothing is to be done with it by a policy. */
  Map<RowKey, RowFate.Becomes> becoming() {
    Map<RowKey, RowFate.Becomes> becoming = new LinkedHashMap<>();
    fates.forEach(
        (key, fate) -> {
          if (fate instanceof RowFate.Becomes becomes) {
            becoming.put(key, becomes);
          }
        });
    return becoming;
  }

  /** Whether a row is in the end what was decided. */
  boolean isAsDecided(TableFold fold, RowKey key, @Nullable RowImage now) {
    return fates.get(key) instanceof RowFate.Becomes becomes
        ? fold.isTarget(becomes.target(), now, equality)
        : fold.isWanted(key, now, equality, exact.contains(key));
  }

  /** The row for people and policies. */
  DirtyRow dirty(TableFold fold, RowKey key, @Nullable RowImage now, DirtyKind kind, String note)
      throws SQLException {
    boolean whole = kind == DirtyKind.DELETED && hasAllColumns(fold, key);
    return fold.dirty(order.branch(), key, now, kind, note, whole);
  }

  private boolean hasAllColumns(TableFold fold, RowKey key) throws SQLException {
    Map<String, ColumnValue> before = fold.wanted(key, null);
    TableMetadata table = tables.table(connection, fold.table());
    return before != null
        && table.columns().stream()
            .allMatch(column -> column.generated() || before.containsKey(column.name()));
  }
}
