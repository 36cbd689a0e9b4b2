package io.attx.datasource.image;

import io.attx.LockMode;
import io.attx.LockRequest;
import io.attx.RowLockKey;
import io.attx.datasource.image.ImageReads.Captured;
import io.attx.undolog.UndoEntry;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One DELETE from several tables: the rows of all are captured before the first is deleted; then
 * each table loses its own by a statement of its own, in the order in which they were named.
 */
final class DeletesRun {
  private final List<Part> parts;

  DeletesRun(List<Part> parts) {
    this.parts = List.copyOf(parts);
  }

  /** One table of the statement. */
  record Part(Execution execution, FilteredPlan plan) {}

  StatementOutcome run(BoundParameters parameters) throws SQLException {
    List<Captured> captured = new ArrayList<>();
    for (Part part : parts) {
      captured.add(new ImageReads(part.execution()).before(part.plan(), parameters));
    }
    Execution first = parts.get(0).execution();
    Savepoint savepoint = first.savepointIfAlive();
    long count = 0;
    List<UndoEntry> entries = new ArrayList<>();
    Map<RowLockKey, LockMode> locks = new LinkedHashMap<>();
    StatementOutcome last = Outcomes.nothing();
    try {
      for (int i = 0; i < parts.size(); i++) {
        Part part = parts.get(i);
        if (last.executed() != null) {
          last.executed().close();
        }
        last =
            new UpdateRun(part.execution(), part.plan(), UndoEntry.Kind.DELETE, null)
                .run(parameters, captured.get(i));
        count += last.updateCounts()[0];
        entries.addAll(last.entries());
        last.locks().forEach(lock -> locks.merge(lock.key(), lock.mode(), LockMode::combinedWith));
      }
    } catch (SQLException failure) {
      throw first.takenBack(savepoint, failure);
    }
    List<LockRequest> requests = new ArrayList<>();
    locks.forEach((key, mode) -> requests.add(new LockRequest(key, mode)));
    return new StatementOutcome(new long[] {count}, last.executed(), null, null, entries, requests);
  }
}
