package io.attx.datasource.undo;

import io.attx.BranchRef;
import io.attx.datasource.dialect.AtDialect;
import io.attx.datasource.dirty.DirtyKind;
import io.attx.datasource.dirty.DirtyRow;
import io.attx.datasource.dirty.RowFate;
import io.attx.datasource.undo.BranchRollback.Outcome;
import io.attx.datasource.undo.ObstacleSearch.Change;
import io.attx.datasource.undo.ObstacleSearch.Obstacle;
import io.attx.datasource.undo.UndoStore.LockedUndo;
import io.attx.datasource.undo.UndoStore.State;
import io.attx.undolog.ColumnValue;
import io.attx.undolog.RowImage;
import io.attx.undolog.codec.UndoFormatException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One local transaction that tries to undo one branch. Used once, by one thread; the caller rolls
 * back when this throws or when the outcome is not an end.
 */
final class RollbackAttempt {
  private static final int MAX_SEARCHES = 5;

  private final UndoContext context;
  private final AtDialect dialect;
  private final Connection connection;
  private final UndoOrder order;
  private final BranchRef branch;
  private final boolean careful;
  private @Nullable Compensator compensator;
  private final Map<TableFold, Map<List<ColumnValue>, RowImage>> found = new LinkedHashMap<>();
  private Phase phase = Phase.UNDO_TABLE;
  private String doing = "beginning";

  /** Where a failure happened, which decides what it means. */
  enum Phase {
    /** Before a business table was touched. */
    UNDO_TABLE,
    /** Reading or changing business tables. */
    ROWS,
    /** The outcome of the local transaction is not known. */
    COMMIT
  }

  /**
   * @param careful whether the rows of one statement are ordered by the unique and foreign keys of
   *     the table, obstacles are looked for, and steps go one by one, which costs a look at the
   *     metadata
   */
  RollbackAttempt(UndoContext context, Connection connection, UndoOrder order, boolean careful) {
    this.context = context;
    this.dialect = context.dialect();
    this.connection = connection;
    this.order = order;
    this.branch = order.branch();
    this.careful = careful;
  }

  Phase phase() {
    return phase;
  }

  /** What was under way, for the detail of a failure. */
  String doing() {
    return doing;
  }

  /** Does it all. */
  Outcome run()
      throws SQLException, CannotUndoException, UndoFormatException, DecisionRefusedException {
    LockedUndo rows = lock();
    if (rows == null) {
      return order.locallyCommitted()
          ? new Outcome.Quarantined(
              "undo missing: branch "
                  + branch
                  + " was committed locally, but has no undo row. Was it deleted, or was the"
                  + " database restored from a backup?")
          : new Outcome.Retry("the undo row of branch " + branch + " vanished while it was fenced");
    }
    if (rows.state() != State.UNDO) {
      commit();
      return rows.state() == State.UNDONE ? new Outcome.Undone() : new Outcome.Fenced();
    }
    UndoPlan plan = UndoPlan.of(context.store().decode(rows));
    phase = Phase.ROWS;
    for (TableFold fold : plan.tables()) {
      found.put(fold, read(fold, "locking"));
    }
    BranchJudgement judgement = judged(order);
    if (!judgement.held().isEmpty()) {
      return held(judgement);
    }
    compensate(plan, judgement);
    mark(rows);
    return new Outcome.Undone(judgement.settled());
  }

  /** Ends the branch with its rows as they are, as a person decided. */
  Outcome giveUp(String why) throws SQLException, UndoFormatException {
    LockedUndo rows = lock();
    if (rows != null && rows.state() == State.UNDO) {
      mark(rows);
    } else {
      commit();
    }
    return new Outcome.Undone(List.of(), "nothing was taken back: " + why);
  }

  private @Nullable LockedUndo lock() throws SQLException, UndoFormatException {
    dialect.compensation().begin(connection, context.lockTimeout());
    if (!order.locallyCommitted()) {
      doing = "fencing branch " + branch;
      context.store().fence(connection, branch);
    }
    doing = "locking the undo row of branch " + branch;
    return context.store().lock(connection, branch);
  }

  private void mark(LockedUndo rows) throws SQLException {
    phase = Phase.UNDO_TABLE;
    doing = "marking branch " + branch + " as undone";
    context.store().markUndone(connection, branch, rows);
    commit();
  }

  private void commit() throws SQLException {
    phase = Phase.COMMIT;
    doing = "committing the rollback of branch " + branch;
    connection.commit();
  }

  private Map<List<ColumnValue>, RowImage> read(TableFold fold, String verb) throws SQLException {
    List<List<ColumnValue>> keys = List.copyOf(fold.rows().keySet());
    doing = verb + " rows of " + fold.table() + " with keys " + Texts.keys(keys);
    return context.reader().readForUpdate(connection, fold.table(), fold.columns(), keys);
  }

  // ---- judging ----

  /** All rows are judged before one is changed. */
  private BranchJudgement judged(UndoOrder by) throws SQLException, DecisionRefusedException {
    BranchJudgement judgement =
        new BranchJudgement(dialect, context.rules(), context.tables(), connection, by);
    for (Map.Entry<TableFold, Map<List<ColumnValue>, RowImage>> table : found.entrySet()) {
      judgement.judge(table.getKey(), table.getValue());
    }
    judgement.requireAllDecisionsUsed();
    boolean more = true;
    for (int i = 0; more && i < MAX_SEARCHES; i++) {
      more = findObstacles(judgement);
    }
    return judgement;
  }

  /** Returns whether a row was settled in another way, so that another may meet an obstacle now. */
  private boolean findObstacles(BranchJudgement judgement)
      throws SQLException, DecisionRefusedException {
    doing = "looking for rows in the way of branch " + branch;
    Map<RowKey, Change> changes = changes(judgement);
    List<Obstacle> obstacles =
        new ObstacleSearch(dialect, context.tables(), context.reader(), connection, changes)
            .find(!careful);
    for (Obstacle obstacle : obstacles) {
      RowKey row = obstacle.row();
      TableFold fold = Objects.requireNonNull(changes.get(row)).fold();
      judgement.obstacle(fold, row, now(fold, row), obstacle.kind(), obstacle.note());
    }
    return !obstacles.isEmpty();
  }

  private Map<RowKey, Change> changes(BranchJudgement judgement) {
    Map<RowKey, RowFate.Becomes> becoming = judgement.becoming();
    Map<RowKey, Change> changes = new LinkedHashMap<>();
    for (TableFold fold : found.keySet()) {
      for (List<ColumnValue> values : fold.rows().keySet()) {
        RowKey row = new RowKey(fold.table(), values);
        RowImage image = now(fold, row);
        RowFate.Becomes becomes = becoming.get(row);
        if (becomes != null) {
          changes.put(row, new Change(fold, fold.byName(image), becomes.target()));
        } else if (judgement.isTakenBack(row)) {
          changes.put(row, new Change(fold, fold.byName(image), fold.wanted(row, image)));
        }
      }
    }
    return changes;
  }

  private @Nullable RowImage now(TableFold fold, RowKey row) {
    return Objects.requireNonNull(found.get(fold)).get(row.values());
  }

  private Outcome held(BranchJudgement judgement) throws SQLException, DecisionRefusedException {
    if (order.decisions().equals(OperatorDecisions.NONE)) {
      return new Outcome.Quarantined(Texts.dirty(judgement.held()), judgement.held());
    }
    // The person sees all rows that are to be decided now, not only those that were in the way.
    HeldRow first = judgement.held().get(0);
    UndoOrder declared =
        new UndoOrder(branch, order.locallyCommitted(), order.policies(), OperatorDecisions.NONE);
    List<HeldRow> fresh = judged(declared).held();
    String why =
        "the decision was not carried out: "
            + first.row().table()
            + " key "
            + Texts.image(first.row().key())
            + ": "
            + first.why()
            + ". "
            + (fresh.isEmpty() ? "No row is in the way any more: retry. " : Texts.dirty(fresh));
    return new Outcome.Quarantined(Texts.cut(why, Texts.MAX_DETAIL), fresh);
  }

  // ---- changing ----

  private void compensate(UndoPlan plan, BranchJudgement judgement)
      throws SQLException, CannotUndoException {
    List<List<Step>> statements =
        plan.backwards(judgement::isTakenBack, steps(judgement.becoming()));
    doing = "compensating branch " + branch;
    CascadeGuard guard =
        new CascadeGuard(dialect, context.tables(), context.reader(), plan.tables());
    Compensator executor = new Compensator(dialect, guard, careful);
    compensator = executor;
    if (careful || anyNeedsReplacement(plan)) {
      OrderedCompensation ordered = new OrderedCompensation(dialect, context.reader(), executor);
      for (List<Step> statement : statements) {
        ordered.execute(connection, statement);
      }
    } else {
      executor.execute(connection, statements.stream().flatMap(List::stream).toList());
    }
    for (TableFold fold : plan.tables()) {
      proveDecided(fold, judgement);
    }
  }

  private boolean anyNeedsReplacement(UndoPlan plan) throws SQLException {
    for (TableFold fold : plan.tables()) {
      if (OrderedCompensation.needsReplacement(context.tables().table(connection, fold.table()))) {
        return true;
      }
    }
    return false;
  }

  private Map<RowKey, Step> steps(Map<RowKey, RowFate.Becomes> becoming) {
    Map<RowKey, Step> steps = new LinkedHashMap<>();
    for (TableFold fold : found.keySet()) {
      for (List<ColumnValue> values : fold.rows().keySet()) {
        RowKey row = new RowKey(fold.table(), values);
        RowFate.Becomes becomes = becoming.get(row);
        RowImage image = now(fold, row);
        if (becomes != null && !Objects.equals(becomes.target(), fold.byName(image))) {
          steps.put(row, fold.step(image, becomes.target()));
        }
      }
    }
    return steps;
  }

  private void proveDecided(TableFold fold, BranchJudgement judgement)
      throws SQLException, CannotUndoException {
    Map<List<ColumnValue>, RowImage> now = read(fold, "reading back");
    for (List<ColumnValue> values : fold.rows().keySet()) {
      RowKey row = new RowKey(fold.table(), values);
      RowImage image = now.get(values);
      if (!judgement.isAsDecided(fold, row, image)) {
        RowFate.Becomes becomes = judgement.becoming().get(row);
        String detail =
            Texts.cut(
                "compensation not exact: "
                    + fold.table()
                    + " key "
                    + Texts.values(values)
                    + " was to become "
                    + Texts.image(becomes == null ? fold.wanted(row, null) : becomes.target())
                    + " but became "
                    + Texts.image(fold.byName(image))
                    + " (a trigger, or a value out of range?). It was rolled back; nothing was"
                    + " changed.",
                Texts.MAX_DETAIL);
        DirtyRow dirty =
            fold.dirty(branch, row, now(fold, row), DirtyKind.REFUSED, "not exact", false);
        throw new CannotUndoException(detail, List.of(new HeldRow(dirty, "hold", detail)));
      }
    }
  }

  // ---- failures ----

  /** Whether the database refused a step of the compensation, and not a look at something. */
  boolean isCompensating() {
    return phase == Phase.ROWS && step() != null;
  }

  /** The row whose step the database refused, where steps went one by one; else none. */
  List<HeldRow> refused(String note) throws SQLException {
    Step step = step();
    if (!careful || step == null) {
      return List.of();
    }
    RowKey row = RowKey.of(step);
    for (TableFold fold : found.keySet()) {
      if (fold.table().equals(row.table()) && fold.rows().containsKey(row.values())) {
        DirtyRow dirty = fold.dirty(branch, row, now(fold, row), DirtyKind.REFUSED, note, false);
        return List.of(new HeldRow(dirty, "hold", note));
      }
    }
    return List.of();
  }

  private @Nullable Step step() {
    Compensator executor = compensator;
    return executor == null ? null : executor.current();
  }
}
