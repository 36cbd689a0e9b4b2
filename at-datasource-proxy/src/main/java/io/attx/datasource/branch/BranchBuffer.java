package io.attx.datasource.branch;

import io.attx.LockMode;
import io.attx.LockRequest;
import io.attx.RowLockKey;
import io.attx.datasource.image.ImageBudget;
import io.attx.datasource.image.StatementOutcome;
import io.attx.undolog.RowImage;
import io.attx.undolog.UndoEntry;
import io.attx.undolog.UndoLog;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a branch changed and must lock, until its local commit. Used by one thread at a time. */
final class BranchBuffer {
  private final List<UndoEntry> entries = new ArrayList<>(4);
  private final List<LockRequest> locks = new ArrayList<>(4);
  private final List<Mark> marks = new ArrayList<>(0);
  private int rows;
  private long bytes;

  private record Mark(Savepoint savepoint, int entries, int locks, int rows, long bytes) {}

  /** Adds what a statement did. */
  void add(StatementOutcome outcome) {
    for (UndoEntry entry : outcome.entries()) {
      entries.add(entry);
      rows += Math.max(entry.before().size(), entry.after().size());
      bytes += bytesOf(entry.before()) + bytesOf(entry.after());
    }
    locks.addAll(outcome.locks());
  }

  /** Remembers the present state under a savepoint. */
  void mark(Savepoint savepoint) {
    marks.add(new Mark(savepoint, entries.size(), locks.size(), rows, bytes));
  }

  /** Goes back to the state of a savepoint, which stays; to the start when it is not known. */
  void backTo(Savepoint savepoint) {
    int index = indexOf(savepoint);
    Mark mark = index < 0 ? null : marks.get(index);
    marks.subList(index + 1, marks.size()).clear();
    truncate(entries, mark == null ? 0 : mark.entries());
    truncate(locks, mark == null ? 0 : mark.locks());
    rows = mark == null ? 0 : mark.rows();
    bytes = mark == null ? 0 : mark.bytes();
  }

  /** Forgets a savepoint and those behind it. */
  void release(Savepoint savepoint) {
    int index = indexOf(savepoint);
    if (index >= 0) {
      marks.subList(index, marks.size()).clear();
    }
  }

  private int indexOf(Savepoint savepoint) {
    for (int i = marks.size() - 1; i >= 0; i--) {
      if (marks.get(i).savepoint().equals(savepoint)) {
        return i;
      }
    }
    return -1;
  }

  private static void truncate(List<?> list, int size) {
    list.subList(size, list.size()).clear();
  }

  /** Whether nothing was changed and nothing has to be locked. */
  boolean isEmpty() {
    return entries.isEmpty() && locks.isEmpty();
  }

  /** How many row images, counting a row once per statement. */
  int rows() {
    return rows;
  }

  /** About how many bytes the images have. */
  long bytes() {
    return bytes;
  }

  UndoLog undoLog() {
    return new UndoLog(entries);
  }

  /** Each key once, in its strongest mode, in the order of first use. */
  List<LockRequest> locks() {
    if (locks.size() <= 1) {
      return List.copyOf(locks);
    }
    Map<RowLockKey, LockMode> merged = new LinkedHashMap<>(locks.size() * 2);
    for (LockRequest lock : locks) {
      merged.merge(lock.key(), lock.mode(), LockMode::combinedWith);
    }
    List<LockRequest> result = new ArrayList<>(merged.size());
    merged.forEach((key, mode) -> result.add(new LockRequest(key, mode)));
    return result;
  }

  private static long bytesOf(List<RowImage> images) {
    return images.stream().mapToLong(ImageBudget::bytesOf).sum();
  }
}
