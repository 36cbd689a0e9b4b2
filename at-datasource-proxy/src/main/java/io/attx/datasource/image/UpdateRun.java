package io.attx.datasource.image;

import io.attx.datasource.dialect.ImageSupport;
import io.attx.undolog.ColumnValue;
import io.attx.undolog.UndoEntry;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** UPDATE and DELETE by a query before, the narrowed statement, and a query after. */
final class UpdateRun {
  private final Execution execution;
  private final FilteredPlan plan;
  private final UndoEntry.Kind kind;
  private final @Nullable CascadePlan cascades;

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
  }

  StatementOutcome run(BoundParameters parameters) throws SQLException {
    ImageReads reads = new ImageReads(execution);
    List<ImagedRow> captured = reads.before(plan, parameters);
    if (captured.isEmpty()) {
      return Outcomes.nothing();
    }
    Cascade cascade = cascades == null ? null : Cascade.capture(execution, cascades, captured);
    Sent sent = send(parameters, captured);
    try {
      Changes changes = new Changes(execution, plan.layout());
      if (cascade != null) {
        cascade.complete(changes);
      } else if (kind == UndoEntry.Kind.DELETE) {
        changes.deleted(captured);
        checkCount(sent.count, captured.size(), captured.size());
      } else {
        Map<List<ColumnValue>, ImagedRow> now = reads.after(plan, captured);
        changes.updated(captured, now);
        checkCount(sent.count, captured.size(), changes.size());
      }
      return Outcomes.changed(sent.count, sent.statement, kind, changes);
    } catch (SQLException failure) {
      sent.statement.close();
      throw execution.afterFailed(failure);
    }
  }

  private void checkCount(long count, int captured, int changed) throws UnprotectedChangeException {
    ImageSupport support = execution.dialect().images().support();
    if (count != captured && !(support.maySkipUnchanged() && count == changed)) {
      throw execution.unprotected(
          captured
              + " rows were captured and "
              + changed
              + " changed, but the database counts "
              + count);
    }
  }

  /** One statement by key goes as it is; others go with the captured keys as their condition. */
  private Sent send(BoundParameters parameters, List<ImagedRow> captured) throws SQLException {
    if (plan.isByKey() && captured.size() == 1) {
      PreparedStatement statement = execution.application(plan.statement().sql());
      return sent(statement, 0, () -> parameters.bindAll(statement));
    }
    int chunk = execution.limits().chunkRows();
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
      PreparedStatement statement = execution.application(plan.narrowed(slots));
      return sent(
          statement, countBefore, () -> plan.bindNarrowed(statement, parameters, keys, slots));
    } catch (SQLException failure) {
      throw execution.takenBack(savepoint, failure);
    }
  }

  private static Sent sent(PreparedStatement statement, long countBefore, Binding binding)
      throws SQLException {
    try {
      binding.bind();
      return new Sent(statement, countBefore + statement.executeUpdate());
    } catch (SQLException failure) {
      throw Outcomes.closed(statement, failure);
    }
  }

  @FunctionalInterface
  private interface Binding {
    void bind() throws SQLException;
  }

  private record Sent(PreparedStatement statement, long count) {}
}
