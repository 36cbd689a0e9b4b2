package io.attx.datasource.image;

import io.attx.datasource.sql.AnalyzedStatement;
import io.attx.undolog.ColumnValue;
import io.attx.undolog.UndoEntry;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Runs a statement that tells which rows it inserted, updated and deleted until every row that it
 * updates or deletes was locked and imaged before it ran. A run that touches others is taken back
 * to a savepoint, those are locked and imaged, and it runs again: whichever way the statement finds
 * its rows, and whoever inserts between two runs.
 */
final class CoveredRun {
  private static final int MAX_RUNS = 8;

  private final Execution execution;
  private final CoveredPlan plan;
  private final Map<List<ColumnValue>, ImagedRow> captured = new HashMap<>();

  /** How many rows the last run touched that were not captured. */
  private int missing;

  CoveredRun(Execution execution, CoveredPlan plan) {
    this.execution = execution;
    this.plan = plan;
  }

  private enum Effect {
    INSERT,
    UPDATE,
    DELETE
  }

  private record Touched(Effect effect, ImagedRow row) {}

  StatementOutcome run(BoundParameters parameters) throws SQLException {
    for (int i = 0; i < MAX_RUNS; i++) {
      Savepoint savepoint = execution.connection().setSavepoint();
      StatementOutcome outcome = attempt(parameters, savepoint);
      if (outcome != null) {
        execution.connection().releaseSavepoint(savepoint);
        return outcome;
      }
    }
    throw unsettled();
  }

  private SQLTransientException unsettled() {
    return new SQLTransientException(
        "the rows that a statement on "
            + execution.table().name()
            + " finds changed "
            + MAX_RUNS
            + " times while they were being locked. Nothing was changed. What to do: repeat it."
            + " SQL: "
            + execution.request().statement().sql(),
        "40001");
  }

  /**
   * For a table that does not tell inserted rows from updated ones.
   *
   * @param inserting the same statement with DO NOTHING, which inserts rows or does nothing
   */
  StatementOutcome onPartitions(
      BoundParameters parameters, AnalyzedStatement.Insert insert, ReturningRun.Text inserting)
      throws SQLException {
    for (int i = 0; i < MAX_RUNS; i++) {
      Savepoint savepoint = execution.connection().setSavepoint();
      StatementOutcome inserted =
          new ReturningRun(execution, plan.layout()).insert(inserting, parameters, insert);
      if (insert.query() == null && inserted.updateCounts()[0] == insert.rows().size()) {
        return inserted;
      }
      Outcomes.close(inserted);
      execution.connection().rollback(savepoint);
      int before = captured.size();
      StatementOutcome updated = attempt(parameters, savepoint);
      if (updated != null) {
        return updated;
      }
      boolean allThere = captured.size() - before == missing;
      if (!allThere && (insert.query() != null || insert.rows().size() > 1)) {
        throw execution.refused(
            "it would insert some rows and update others of a partitioned table, which does not"
                + " tell which.",
            "send the rows one by one.");
      }
    }
    throw unsettled();
  }

  /** One run; null where it was taken back because it touched a row that was not captured. */
  private @Nullable StatementOutcome attempt(BoundParameters parameters, Savepoint savepoint)
      throws SQLException {
    String keys =
        plan.ownReturning() ? "" : new ReturningRun(execution, plan.layout()).requestedKeys();
    boolean shared = plan.ownReturning() || !keys.isEmpty();
    String sql = plan.text().with(keys);
    PreparedStatement statement = shared ? execution.scrollable(sql) : execution.query(sql);
    try {
      parameters.bindAll(statement);
      statement.execute();
      ResultSet rows = statement.getResultSet();
      List<List<ColumnValue>> uncovered = new ArrayList<>();
      List<Touched> touched = touched(rows, uncovered);
      missing = uncovered.size();
      if (uncovered.isEmpty()) {
        return outcome(statement, rows, touched, shared);
      }
      statement.close();
      execution.connection().rollback(savepoint);
      execution.checkRows(captured.size() + uncovered.size());
      captured.putAll(plan.rowsByKey().before(execution, uncovered));
      return null;
    } catch (TableChangedException outdated) {
      statement.close();
      execution.connection().rollback(savepoint);
      throw outdated;
    } catch (SQLException failure) {
      throw Outcomes.closed(
          statement, execution.takenBack(savepoint, execution.beforeFailed(failure)));
    }
  }

  private List<Touched> touched(ResultSet rows, List<List<ColumnValue>> missing)
      throws SQLException {
    int first = rows.getMetaData().getColumnCount() - plan.layout().width() + 1;
    List<Touched> touched = new ArrayList<>();
    while (rows.next()) {
      Effect effect = Effect.valueOf(rows.getString(first - 1));
      ImagedRow row = plan.layout().read(rows, first);
      if (!plan.layout().isSameTable(rows, first)) {
        throw execution.changed("its name means another table, or it has other columns");
      }
      if (effect != Effect.INSERT && !captured.containsKey(row.key())) {
        missing.add(row.key());
      }
      touched.add(new Touched(effect, row));
      if (touched.size() > execution.limits().maxRows()) {
        throw execution.unprotected(
            "more than the limit of " + execution.limits().maxRows() + " rows");
      }
    }
    return touched;
  }

  private StatementOutcome outcome(
      PreparedStatement statement, ResultSet rows, List<Touched> touched, boolean shared)
      throws SQLException {
    Changes changes = new Changes(execution, plan.layout());
    boolean onlyUpdates = true;
    boolean onlyInserts = true;
    for (Touched one : touched) {
      ImagedRow before = captured.get(one.row.key());
      onlyUpdates &= one.effect == Effect.UPDATE;
      onlyInserts &= one.effect == Effect.INSERT;
      if (one.effect == Effect.INSERT || before == null) {
        changes.inserted(List.of(one.row));
      } else if (one.effect == Effect.UPDATE) {
        changes.updated(before, one.row);
      } else {
        changes.deleted(List.of(before));
      }
    }
    ResultSet answer = null;
    if (shared) {
      rows.beforeFirst();
      int width = plan.layout().width() + 1;
      answer = HeadResultSet.of(rows, rows.getMetaData().getColumnCount() - width);
    }
    List<UndoEntry> entries =
        onlyUpdates
            ? changes.entries(UndoEntry.Kind.UPDATE, plan.changedColumns())
            : changes.entries(onlyInserts ? UndoEntry.Kind.INSERT : UndoEntry.Kind.UPDATE);
    return new StatementOutcome(
        new long[] {touched.size()},
        statement,
        plan.ownReturning() ? answer : null,
        plan.ownReturning() ? null : answer,
        entries,
        changes.locks().requests());
  }
}
