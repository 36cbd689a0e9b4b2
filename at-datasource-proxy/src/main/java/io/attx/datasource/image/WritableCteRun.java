package io.attx.datasource.image;

import io.attx.LockMode;
import io.attx.LockRequest;
import io.attx.RowLockKey;
import io.attx.datasource.image.WritableCtePlan.Change;
import io.attx.undolog.UndoEntry;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A statement whose WITH clause changes rows: all images come with its answer. */
final class WritableCteRun {
  private final Execution execution;
  private final WritableCtePlan plan;

  WritableCteRun(Execution execution, WritableCtePlan plan) {
    this.execution = execution;
    this.plan = plan;
  }

  StatementOutcome run(BoundParameters parameters) throws SQLException {
    Savepoint savepoint = execution.connection().setSavepoint();
    PreparedStatement statement = execution.scrollable(plan.text());
    ResultSet rows;
    try {
      plan.bind(statement, parameters);
      rows = statement.executeQuery();
    } catch (SQLException failure) {
      throw Outcomes.closed(statement, execution.beforeFailed(failure));
    }
    try {
      StatementOutcome outcome = outcome(statement, rows);
      execution.connection().releaseSavepoint(savepoint);
      return outcome;
    } catch (StatementRefusedException tooMuch) {
      statement.close();
      execution.connection().rollback(savepoint);
      execution.connection().releaseSavepoint(savepoint);
      throw tooMuch;
    } catch (SQLException failure) {
      throw Outcomes.closed(statement, execution.afterFailed(failure));
    }
  }

  private StatementOutcome outcome(PreparedStatement statement, ResultSet rows)
      throws SQLException {
    int images = plan.changes().stream().mapToInt(change -> change.width() + 1).sum();
    int own = rows.getMetaData().getColumnCount() - images;
    List<Changes> parts = new ArrayList<>();
    plan.changes().forEach(change -> parts.add(new Changes(execution, change.layout())));
    int answered = 0;
    while (rows.next()) {
      boolean image = false;
      for (int i = 0; i < parts.size(); i++) {
        Change change = plan.changes().get(i);
        if (rows.getBoolean(own + change.first() - 1)) {
          image = true;
          collect(rows, own + change.first(), change, parts.get(i));
          answered += !plan.isQuery() && i == parts.size() - 1 ? 1 : 0;
        }
      }
      answered += plan.isQuery() && !image ? 1 : 0;
    }
    rows.beforeFirst();
    int visible = plan.isQuery() ? own - 1 : own;
    return new StatementOutcome(
        new long[] {answered},
        statement,
        visible == 0 ? null : HeadResultSet.of(rows, visible, answered),
        null,
        entries(parts),
        locks(parts));
  }

  private void collect(ResultSet rows, int first, Change change, Changes changes)
      throws SQLException {
    ImageLayout layout = change.layout();
    ImagedRow row = layout.read(rows, first);
    execution.budget().take(2 * ImageBudget.bytesOf(row.image()));
    String excess = execution.budget().excess(0);
    if (!excess.isEmpty()) {
      throw execution.tooMuch(excess);
    }
    int last = first;
    switch (change.kind()) {
      case INSERT -> changes.inserted(List.of(row));
      case DELETE -> changes.deleted(List.of(row));
      case UPDATE -> {
        last = first + layout.width();
        changes.updated(row, layout.read(rows, last));
      }
    }
    if (!layout.isSameTable(rows, last)) {
      throw execution.unprotected(
          "a name means another table now, or it has other columns; "
              + execution.changed(layout.table().name(), "found by " + change.kind()));
    }
  }

  private List<UndoEntry> entries(List<Changes> parts) {
    List<UndoEntry> entries = new ArrayList<>();
    for (int i : plan.order()) {
      entries.addAll(parts.get(i).entries(plan.changes().get(i).kind()));
    }
    return entries;
  }

  private static List<LockRequest> locks(List<Changes> parts) {
    Map<RowLockKey, LockMode> locks = new LinkedHashMap<>();
    for (Changes part : parts) {
      for (LockRequest lock : part.locks().requests()) {
        locks.merge(lock.key(), lock.mode(), LockMode::combinedWith);
      }
    }
    List<LockRequest> requests = new ArrayList<>();
    locks.forEach((key, mode) -> requests.add(new LockRequest(key, mode)));
    return requests;
  }
}
