package io.attx.datasource.image;

import io.attx.LockMode;
import io.attx.LockRequest;
import io.attx.RowLockKey;
import io.attx.undolog.RowImage;
import io.attx.undolog.UndoEntry;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What came of several statements that are one for the application. Used by one thread. */
final class OutcomeSum {
  private final List<UndoEntry> entries = new ArrayList<>();
  private final Map<RowLockKey, LockMode> locks = new LinkedHashMap<>();
  private final @Nullable CollectedKeys keys;

  OutcomeSum(Execution execution) {
    this.keys = execution.wantsKeys() ? new CollectedKeys() : null;
  }

  /** Adds the next and closes its statement. */
  void add(StatementOutcome outcome) throws SQLException {
    entries.addAll(outcome.entries());
    outcome.locks().forEach(lock -> locks.merge(lock.key(), lock.mode(), LockMode::combinedWith));
    Statement executed = outcome.executed();
    if (executed == null) {
      return;
    }
    if (keys != null) {
      ResultSet own = outcome.generatedKeys();
      keys.add(own == null ? executed.getGeneratedKeys() : own);
    }
    executed.close();
  }

  /** All of them as one. */
  StatementOutcome outcome(long[] counts) {
    return new StatementOutcome(
        counts, null, null, keys == null ? null : keys.resultSet(), merged(), requests());
  }

  /** All of them as one that a statement did, which knows the generated keys. */
  StatementOutcome outcome(long[] counts, Statement executed) {
    return new StatementOutcome(counts, executed, null, null, merged(), requests());
  }

  private List<LockRequest> requests() {
    List<LockRequest> requests = new ArrayList<>(locks.size());
    locks.forEach((key, mode) -> requests.add(new LockRequest(key, mode)));
    return requests;
  }

  /** Neighbours that only insert, or only delete, rows with the same columns are one entry. */
  private List<UndoEntry> merged() {
    List<UndoEntry> all = new ArrayList<>();
    int from = 0;
    while (from < entries.size()) {
      int to = from + 1;
      while (to < entries.size() && together(entries.get(from), entries.get(to))) {
        to++;
      }
      all.add(merged(entries.subList(from, to)));
      from = to;
    }
    return all;
  }

  private static boolean together(UndoEntry first, UndoEntry next) {
    return first.kind() != UndoEntry.Kind.UPDATE
        && first.kind() == next.kind()
        && first.table().equals(next.table())
        && first.columns().equals(next.columns());
  }

  private static UndoEntry merged(List<UndoEntry> some) {
    UndoEntry first = some.get(0);
    if (some.size() == 1) {
      return first;
    }
    List<RowImage> before = new ArrayList<>();
    List<RowImage> after = new ArrayList<>();
    for (UndoEntry entry : some) {
      before.addAll(entry.before());
      after.addAll(entry.after());
    }
    return new UndoEntry(first.kind(), first.table(), first.columns(), before, after);
  }
}
