package io.attx.datasource.branch;

import io.attx.LockRequest;
import io.attx.RowLockKey;
import io.attx.Xid;
import io.attx.datasource.image.GlobalRows;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Asks the coordinator which rows others hold, for a statement that leaves these out. */
final class HeldRows implements GlobalRows {
  private final AtResource resource;
  private final Xid xid;

  HeldRows(AtResource resource, Xid xid) {
    this.resource = resource;
    this.xid = xid;
  }

  /** Asks for each row on its own; all questions are on their way before the first answer. */
  @Override
  public Set<RowLockKey> heldByOthers(List<LockRequest> locks) throws SQLException {
    List<CompletableFuture<Void>> answers = new ArrayList<>(locks.size());
    for (LockRequest lock : locks) {
      answers.add(
          resource.client().checkLocks(xid, resource.id(), List.of(lock), Duration.ZERO, true));
    }
    Set<RowLockKey> held = new HashSet<>();
    for (int i = 0; i < locks.size(); i++) {
      try {
        LocalBranch.await(answers.get(i), Duration.ZERO);
      } catch (ExecutionException refused) {
        SQLException failure = failure(refused, locks.get(i));
        if (!(failure instanceof GlobalLockConflictException)) {
          throw failure;
        }
        held.add(locks.get(i).key());
      }
    }
    return held;
  }

  private SQLException failure(ExecutionException refused, LockRequest lock) {
    return Failures.refused(
        LocalBranch.causeOf(refused),
        xid,
        "resource " + resource.id(),
        List.of(lock),
        "No row was returned.");
  }
}
