package io.attx.datasource.image;

import io.attx.datasource.dialect.ImageSupport;
import io.attx.datasource.image.ImageReads.Captured;
import io.attx.undolog.ColumnValue;
import io.attx.undolog.UndoEntry;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** UPDATE and DELETE by a query before, the narrowed statement, and a query after. */
final class UpdateRun {
  private final Execution execution;
  private final FilteredPlan plan;
  private final UndoEntry.Kind kind;
  private final @Nullable CascadePlan cascades;
  private final ImageReads reads;

  /**
   * For one statement.
   *
   * @param cascades what it takes along; null when nothing
   */
  UpdateRun(
      Execution execution, FilteredPlan plan, UndoEntry.Kind kind, @Nullable CascadePlan cascades) {
    this.execution = execution;
    this.plan = plan;
    this.kind = kind;
    this.cascades = cascades;
    this.reads = new ImageReads(execution);
  }

  StatementOutcome run(BoundParameters parameters) throws SQLException {
    return run(parameters, reads.before(plan, parameters));
  }

  /** Runs it on rows that were captured. */
  StatementOutcome run(BoundParameters parameters, Captured captured) throws SQLException {
    List<ImagedRow> rows = captured.rows();
    if (rows.isEmpty() && !returnsRows()) {
      return Outcomes.nothing();
    }
    requireOneText(rows.size());
    if (plan.changesKeys()) {
      return runMoving(parameters, captured);
    }
    Cascade cascade = cascades == null ? null : Cascade.capture(execution, cascades, rows);
    Sent sent = send(parameters, rows);
    try {
      Changes changes = new Changes(execution, plan.layout());
      if (cascade != null) {
        cascade.complete(changes);
      } else {
        complete(changes, rows, sent.count);
      }
      return outcome(sent, changes);
    } catch (SQLException failure) {
      sent.statement.close();
      throw execution.afterFailed(failure);
    }
  }

  private boolean returnsRows() {
    return plan.statement().returning() != null;
  }

  private void requireOneText(int rows) throws StatementRefusedException {
    if (plan.shape().atOnce() && rows > plan.shape().maxKeys()) {
      throw execution.refused(
          "it concerns "
              + rows
              + " rows, and a statement of its form must change all of them at once: at most "
              + plan.shape().maxKeys()
              + " are possible.",
          "split it by a condition on the key.");
    }
  }

  private void complete(Changes changes, List<ImagedRow> captured, long count) throws SQLException {
    if (kind == UndoEntry.Kind.UPDATE) {
      changes.updated(captured, reads.after(plan, captured));
    } else if (plan.mayLeaveOut()) {
      Map<List<ColumnValue>, ImagedRow> still = reads.after(plan, captured);
      changes.deleted(captured.stream().filter(row -> !still.containsKey(row.key())).toList());
      changes.captured(captured.stream().filter(row -> still.containsKey(row.key())).toList());
    } else {
      changes.deleted(captured);
    }
    checkCount(
        count, captured.size(), kind == UndoEntry.Kind.DELETE ? captured.size() : changes.size());
  }

  private StatementOutcome outcome(Sent sent, Changes changes) {
    return new StatementOutcome(
        new long[] {sent.count},
        sent.statement,
        sent.rows,
        null,
        changes.entries(kind),
        changes.locks().requests());
  }

  private void checkCount(long count, int captured, int changed) throws UnprotectedChangeException {
    ImageSupport support = execution.dialect().images().support();
    boolean fewer = plan.mayLeaveOut() && count <= captured;
    if (count != captured && !fewer && !(support.maySkipUnchanged() && count == changed)) {
      throw execution.unprotected(
          captured
              + " rows were captured and "
              + changed
              + " changed, but the database counts "
              + count);
    }
  }

  // ---- rows that get another key

  /**
   * Rows are found again under the keys that were computed before. That these were right is proved
   * by finding as many rows as were captured where none but captured ones were before.
   */
  private StatementOutcome runMoving(BoundParameters parameters, Captured captured)
      throws SQLException {
    List<ImagedRow> rows = captured.rows();
    Set<List<ColumnValue>> keys = new HashSet<>(ImageReads.keys(rows));
    List<List<ColumnValue>> taken =
        captured.newKeys().stream().filter(key -> !keys.contains(key)).distinct().toList();
    boolean occupied = !reads.byKeys(plan, taken).isEmpty();
    keys.addAll(taken);
    Savepoint savepoint = execution.savepointIfAlive();
    Sent sent = send(parameters, rows);
    try {
      Map<List<ColumnValue>, ImagedRow> now = reads.byKeys(plan, List.copyOf(keys));
      Changes changes = new Changes(execution, plan.layout());
      changes.moved(rows, now.values());
      if (occupied || now.size() != rows.size()) {
        throw execution.takenBackRefused(
            savepoint,
            "it gave other keys to rows of " + plan.layout().table().name() + " than were computed",
            "assign the key a value of its own type that does not depend on other assignments.");
      }
      checkCount(sent.count, rows.size(), changes.size());
      return outcome(sent, changes);
    } catch (SQLException failure) {
      sent.statement.close();
      throw failure instanceof StatementRefusedException ? failure : execution.afterFailed(failure);
    }
  }

  // ---- sending

  /** One statement by key goes as it is; others go with the captured keys as their condition. */
  private Sent send(BoundParameters parameters, List<ImagedRow> captured) throws SQLException {
    if (captured.isEmpty()) {
      PreparedStatement statement = prepared(plan.nothing().text());
      return sent(
          statement,
          0,
          () -> {
            var unused = plan.nothing().bind(statement, parameters, 1);
          });
    }
    if (plan.isByKey() && captured.size() == 1) {
      PreparedStatement statement = prepared(plan.statement().sql());
      return sent(statement, 0, () -> parameters.bindAll(statement));
    }
    int chunk = plan.shape().maxKeys();
    Savepoint savepoint = captured.size() > chunk ? execution.savepointIfAlive() : null;
    long count = 0;
    for (int from = 0; ; from += chunk) {
      int to = Math.min(captured.size(), from + chunk);
      Sent sent = sendChunk(parameters, captured.subList(from, to), count, savepoint);
      count = sent.count;
      if (to == captured.size()) {
        return sent;
      }
      sent.statement.close();
    }
  }

  private Sent sendChunk(
      BoundParameters parameters,
      List<ImagedRow> chunk,
      long countBefore,
      @Nullable Savepoint savepoint)
      throws SQLException {
    List<List<ColumnValue>> keys = ImageReads.keys(chunk);
    int slots = plan.condition().slots(keys.size());
    try {
      PreparedStatement statement = prepared(plan.narrowed(slots));
      return sent(
          statement, countBefore, () -> plan.bindNarrowed(statement, parameters, keys, slots));
    } catch (SQLException failure) {
      throw execution.takenBack(savepoint, failure);
    }
  }

  private PreparedStatement prepared(String sql) throws SQLException {
    return returnsRows() ? execution.scrollable(sql) : execution.application(sql);
  }

  private Sent sent(PreparedStatement statement, long countBefore, Binding binding)
      throws SQLException {
    try {
      binding.bind();
      if (!returnsRows()) {
        return new Sent(statement, countBefore + statement.executeUpdate(), null);
      }
      ResultSet rows = statement.executeQuery();
      long count = rows.last() ? rows.getRow() : 0;
      rows.beforeFirst();
      return new Sent(statement, count, rows);
    } catch (SQLException failure) {
      throw Outcomes.closed(statement, failure);
    }
  }

  @FunctionalInterface
  private interface Binding {
    void bind() throws SQLException;
  }

  private record Sent(PreparedStatement statement, long count, @Nullable ResultSet rows) {}
}
