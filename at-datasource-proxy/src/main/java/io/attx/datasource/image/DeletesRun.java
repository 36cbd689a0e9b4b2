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
 * each table loses its own by a statement of its own, children before their parents.
 */
final class DeletesRun {
  private final List<Part> parts;

  private DeletesRun(List<Part> parts) {
    this.parts = List.copyOf(parts);
  }

  /** In the order named, but tables that refer to another of them before that one. */
  static DeletesRun childrenFirst(List<Part> named) {
    List<Part> left = new ArrayList<>(named);
    List<Part> ordered = new ArrayList<>();
    while (!left.isEmpty()) {
      Part next =
          left.stream()
              .filter(part -> left.stream().noneMatch(other -> refers(other, part)))
              .findFirst()
              .orElse(left.get(0));
      left.remove(next);
      ordered.add(next);
    }
    return new DeletesRun(ordered);
  }

  private static boolean refers(Part child, Part parent) {
    return !child.equals(parent)
        && child.execution().table().foreignKeys().stream()
            .anyMatch(key -> key.parent().equals(parent.execution().table().name()));
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
