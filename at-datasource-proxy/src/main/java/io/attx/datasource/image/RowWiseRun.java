package io.attx.datasource.image;

import io.attx.datasource.sql.AnalyzedStatement.Conflict;
import io.attx.datasource.sql.AnalyzedStatement.Insert;
import io.attx.undolog.ColumnValue;
import io.attx.undolog.UndoEntry;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Runs the rows of an INSERT one by one, so that the database tells of each what became of it.
 *
 * <p>A row is inserted by a plain INSERT, which fails where another is in its way: only its success
 * says "inserted". Rows in the way are locked and imaged first; the statement's own form then can
 * change none but them, and what it says of that must agree with their images. Everything that
 * cannot be proved is taken back to a savepoint and refused.
 */
final class RowWiseRun {
  private final Execution execution;
  private final RowWisePlan plan;
  private final BoundParameters parameters;
  private List<ComputedValues.Value> computed = List.of();

  RowWiseRun(Execution execution, RowWisePlan plan, BoundParameters parameters) {
    this.execution = execution;
    this.plan = plan;
    this.parameters = parameters;
  }

  StatementOutcome run() throws SQLException {
    computed = ComputedValues.read(execution, plan.computation(), parameters);
    Savepoint savepoint = execution.connection().setSavepoint();
    try {
      if (plan.rows().size() == 1) {
        return row(plan.rows().get(0));
      }
      StatementOutcome whole = whole(savepoint);
      return whole == null ? oneByOne() : whole;
    } catch (SQLException failure) {
      throw Outcomes.refusedIfUnproved(execution, savepoint, failure);
    }
  }

  /** All rows at once, when none is in the way; null otherwise. */
  private @Nullable StatementOutcome whole(Savepoint savepoint) throws SQLException {
    RowWisePlan.Part whole = plan.whole();
    if (whole == null || !canRun(whole)) {
      return null;
    }
    StatementOutcome outcome;
    try {
      outcome = insert(whole);
    } catch (SQLException failure) {
      boolean expected = isDuplicate(failure) || failure instanceof UnprotectedChangeException;
      if (plan.action() == null || !expected) {
        throw failure;
      }
      execution.connection().rollback(savepoint);
      return null;
    }
    if (outcome.updateCounts()[0] == plan.rows().size()) {
      return outcome;
    }
    Outcomes.close(outcome);
    execution.connection().rollback(savepoint);
    return null;
  }

  private boolean isDuplicate(SQLException failure) {
    return execution.dialect().undoTable().isDuplicateKey(failure);
  }

  private boolean canRun(RowWisePlan.Part part) throws SQLException {
    return part.plan().returning() != null
        || new InsertRun(execution, part.plan()).canRun(bound(part.text()));
  }

  private StatementOutcome oneByOne() throws SQLException {
    OutcomeSum sum = new OutcomeSum(execution);
    long count = 0;
    for (RowWisePlan.Row row : plan.rows()) {
      StatementOutcome outcome = row(row);
      count += outcome.updateCounts()[0];
      sum.add(outcome);
      execution.checkRows(0);
    }
    return sum.outcome(new long[] {count});
  }

  private StatementOutcome row(RowWisePlan.Row row) throws SQLException {
    if (plan.action() == null) {
      return insert(row.plain());
    }
    if (plan.action() == Conflict.Action.SKIP) {
      return skipping(row);
    }
    if (plan.action() == Conflict.Action.MERGE) {
      requireKey(row);
    }
    Map<List<ColumnValue>, ImagedRow> captured = exists(row) ? captured(row) : Map.of();
    if (captured.isEmpty()) {
      try {
        return insert(row.plain());
      } catch (SQLException failure) {
        if (!isDuplicate(failure)) {
          throw failure;
        }
        captured = captured(row);
        requireFound(captured, failure);
      }
    }
    return plan.action() == Conflict.Action.REPLACE
        ? replacing(row, captured)
        : updating(row, captured);
  }

  /** A MERGE with NULL in its KEY is an error of its own, which a plain INSERT is not. */
  private void requireKey(RowWisePlan.Row row) throws StatementRefusedException {
    RowWisePlan.Probes probes = row.probes();
    boolean known =
        probes != null
            && bound(probes.exists()).setters().stream()
                .noneMatch(setter -> setter.plainValue() == null);
    if (!known) {
      throw execution.refused(
          "a value of its KEY columns is NULL or is not known.",
          "give each KEY column a plain value.");
    }
  }

  private void requireFound(Map<List<ColumnValue>, ImagedRow> captured, SQLException failure)
      throws SQLException {
    if (captured.isEmpty()) {
      if (plan.action() == Conflict.Action.MERGE) {
        throw failure;
      }
      StatementRefusedException refused =
          execution.refused(
              "a row is in the way that is not found by the values of a unique index (of a prefix"
                  + " or an expression, by a generated column, or a value that is stored"
                  + " differently): "
                  + failure.getMessage(),
              "change the row that is in the way by an UPDATE of its own.");
      refused.addSuppressed(failure);
      throw refused;
    }
  }

  // ---- the three ways

  /** Plain where nothing is there: otherwise gaps would be locked, which others insert into. */
  private boolean exists(RowWisePlan.Row row) throws SQLException {
    RowWisePlan.Probes probes = row.probes();
    if (probes == null) {
      return false;
    }
    try (PreparedStatement query = execution.query(probes.exists().sql())) {
      bound(probes.exists()).bindAll(query);
      try (ResultSet found = query.executeQuery()) {
        return found.next();
      }
    } catch (SQLException failure) {
      throw execution.beforeFailed(failure);
    }
  }

  private Map<List<ColumnValue>, ImagedRow> captured(RowWisePlan.Row row) throws SQLException {
    Map<List<ColumnValue>, ImagedRow> captured = new LinkedHashMap<>();
    RowWisePlan.Probes probes = row.probes();
    List<SplicedText> texts = probes == null ? List.of() : probes.locking();
    ImageReads reads = new ImageReads(execution);
    for (SplicedText text : texts) {
      try (PreparedStatement query = execution.query(text.sql())) {
        bound(text).bindAll(query);
        try (ResultSet rows = query.executeQuery()) {
          List<ImagedRow> found = new ArrayList<>();
          reads.collect(plan.layout(), plan.verifiesColumns(), rows, found);
          found.forEach(one -> captured.putIfAbsent(one.key(), one));
        }
      } catch (SQLException failure) {
        throw execution.beforeFailed(failure);
      }
    }
    return captured;
  }

  private StatementOutcome skipping(RowWisePlan.Row row) throws SQLException {
    StatementOutcome outcome = insert(row.own());
    if (outcome.updateCounts()[0] != 0) {
      return outcome;
    }
    Changes untouched = new Changes(execution, plan.layout());
    untouched.captured(List.copyOf(captured(row).values()));
    return new StatementOutcome(
        outcome.updateCounts(),
        outcome.executed(),
        outcome.resultSet(),
        outcome.generatedKeys(),
        List.of(),
        untouched.locks().requests());
  }

  private StatementOutcome updating(RowWisePlan.Row row, Map<List<ColumnValue>, ImagedRow> captured)
      throws SQLException {
    if (row.own().plan().statement().returning() != null) {
      return new ReturningRun(execution, plan.layout())
          .upsert(row.own().plan(), bound(row.own().text()), captured, plan.changedColumns());
    }
    PreparedStatement statement = execution.application(row.own().text().sql());
    try {
      bound(row.own().text()).bindAll(statement);
      long count = statement.executeUpdate();
      Changes changes = new Changes(execution, plan.layout());
      changes.updated(
          List.copyOf(captured.values()), plan.rowsByKey().after(execution, captured.keySet()));
      checkUpdate(count, captured.size(), changes.size());
      return new StatementOutcome(
          new long[] {count},
          statement,
          null,
          null,
          changes.entries(UndoEntry.Kind.UPDATE, plan.changedColumns()),
          changes.locks().requests());
    } catch (SQLException failure) {
      throw Outcomes.closed(statement, failure);
    }
  }

  /** MySQL counts 2 for a changed row; 1, or 0, for one that keeps its values. */
  private void checkUpdate(long count, int captured, int changed)
      throws UnprotectedChangeException {
    boolean proved =
        plan.action() == Conflict.Action.MERGE
            ? count == captured
            : changed == 1 ? count == 2 : changed == 0 && (count == 0 || count == 1);
    if (!proved) {
      throw execution.unprotected(
          captured
              + " rows were in the way and "
              + changed
              + " changed, but the database counts "
              + count);
    }
  }

  private StatementOutcome replacing(
      RowWisePlan.Row row, Map<List<ColumnValue>, ImagedRow> captured) throws SQLException {
    InsertRun.Inserted inserted =
        new InsertRun(execution, row.own().plan()).execute(bound(row.own().text()));
    try {
      ImagedRow now = inserted.rows().get(0);
      Map<List<ColumnValue>, ImagedRow> left = plan.rowsByKey().after(execution, captured.keySet());
      Changes gone = new Changes(execution, plan.layout());
      Changes kept = new Changes(execution, plan.layout());
      Changes fresh = new Changes(execution, plan.layout());
      for (ImagedRow old : captured.values()) {
        if (old.key().equals(now.key())) {
          kept.replaced(old, now);
        } else if (!left.containsKey(old.key())) {
          gone.deleted(List.of(old));
        } else {
          kept.captured(List.of(old));
        }
      }
      if (!captured.containsKey(now.key())) {
        fresh.inserted(List.of(now));
      }
      int hit = gone.size() + (captured.containsKey(now.key()) ? 1 : 0);
      if (inserted.count() != 1 + hit) {
        throw execution.unprotected(
            hit + " rows were replaced, but the database counts " + inserted.count());
      }
      OutcomeSum sum = new OutcomeSum(execution);
      sum.add(gone.outcome(UndoEntry.Kind.DELETE));
      sum.add(kept.outcome(UndoEntry.Kind.UPDATE));
      sum.add(fresh.outcome(UndoEntry.Kind.INSERT));
      return sum.outcome(new long[] {inserted.count()}, inserted.statement());
    } catch (SQLException failure) {
      throw Outcomes.closed(inserted.statement(), failure);
    }
  }

  // ---- parts

  private StatementOutcome insert(RowWisePlan.Part part) throws SQLException {
    InsertPlan insert = part.plan();
    Insert statement = insert.statement();
    ReturningRun.Text returning = insert.returning();
    return returning == null
        ? new InsertRun(execution, insert).run(bound(part.text()))
        : new ReturningRun(execution, plan.layout())
            .insert(returning, bound(part.text()), statement);
  }

  private BoundParameters bound(SplicedText text) {
    return text.parameters(parameters, computed);
  }
}
