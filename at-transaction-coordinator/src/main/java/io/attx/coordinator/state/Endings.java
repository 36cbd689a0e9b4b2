package io.attx.coordinator.state;

import io.attx.BranchRef;
import io.attx.GlobalStatus;
import io.attx.LocalEnd;
import io.attx.Xid;
import io.attx.protocol.BranchReport;
import io.attx.protocol.BranchResult;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Local ends, decisions, and what phase two brings. */
final class Endings {
  private final CoordinatorState state;

  Endings(CoordinatorState state) {
    this.state = state;
  }

  // ---- local ends ----

  Outcome report(List<BranchReport> reports) {
    for (int i = 0; i < reports.size(); i++) {
      report(reports.get(i));
    }
    return Outcome.DONE;
  }

  private void report(BranchReport report) {
    BranchRef ref = report.ref();
    Transaction transaction = state.transactions.get(ref.xid());
    Branch branch = transaction == null ? null : transaction.branch(ref.branch());
    if (transaction == null || branch == null) {
      if (ref.xid().cluster() == state.cluster) {
        // A late report for another incarnation must not use up an id of this one.
        state.burn(ref.branch());
      }
    } else if (branch.end == null) {
      branch.end = report.end();
      if (transaction.status.isDecided()) {
        reportedLate(branch);
      } else {
        reportedInTime(transaction, branch, report.end());
      }
    }
  }

  private void reportedLate(Branch branch) {
    if (branch.state == BranchState.REGISTERED) {
      branch.become(branch.stateByEnd());
    } else if (branch.state == BranchState.UNDONE) {
      state.listener.markerReleasable(branch);
    }
  }

  private void reportedInTime(Transaction transaction, Branch branch, LocalEnd end) {
    transaction.unreported--;
    branch.become(branch.stateByEnd());
    switch (end) {
      case LOCALLY_COMMITTED -> {}
      case UNKNOWN -> transaction.unknownEnds++;
      case FAILED -> {
        branch.become(BranchState.FORGOTTEN);
        state.release(branch);
        transaction.remove(branch);
        state.listener.branchRemoved(branch);
      }
    }
    if (transaction.status != GlobalStatus.COMMIT_PENDING) {
      return;
    }
    if (end == LocalEnd.LOCALLY_COMMITTED) {
      tryToCommit(transaction);
    } else {
      rollBack(
          transaction,
          "branch "
              + branch.id
              + " on "
              + branch.resource
              + (end == LocalEnd.FAILED
                  ? " was rolled back locally after the commit was asked for"
                  : " lost its connection during its local commit"));
    }
  }

  // ---- decisions ----

  Outcome commit(Command.Commit command) {
    Xid xid = command.xid();
    report(command.reports());
    Transaction transaction = state.transactions.get(xid);
    if (transaction == null) {
      return endWithoutBranches(xid, GlobalStatus.COMMITTED, "");
    }
    if (!transaction.status.isDecided()) {
      if (state.logTime >= transaction.deadline) {
        rollBack(transaction, timedOut(transaction));
      } else {
        tryToCommit(transaction);
      }
    }
    return state.status(xid);
  }

  /** Decides, or goes to COMMIT_PENDING where a local end is missing that may still come. */
  private void tryToCommit(Transaction transaction) {
    if (transaction.unknownEnds > 0) {
      rollBack(transaction, "a branch lost its connection during its local commit");
    } else if (transaction.unreported > 0) {
      Branch orphan = openBranchWithoutSession(transaction);
      if (orphan != null) {
        rollBack(transaction, orphaned(orphan));
      } else if (transaction.status == GlobalStatus.ACTIVE) {
        transaction.become(GlobalStatus.COMMIT_PENDING);
        state.listener.commitPending(transaction);
      }
    } else {
      commitNow(transaction);
    }
  }

  private void commitNow(Transaction transaction) {
    boolean empty = transaction.remaining == 0;
    transaction.become(empty ? GlobalStatus.COMMITTED : GlobalStatus.COMMITTING);
    for (int i = 0; i < transaction.branches.size(); i++) {
      Branch branch = transaction.branches.get(i);
      if (branch.state != BranchState.LOCALLY_COMMITTED) {
        throw new IllegalStateException("a commit over " + branch);
      }
      state.release(branch);
    }
    state.listener.decided(transaction);
    if (empty) {
      end(transaction);
    }
  }

  Outcome rollback(Command.Rollback command) {
    Xid xid = command.xid();
    String reason =
        command.reason().isEmpty() ? "asked for" : CoordinatorState.cut(command.reason());
    report(command.reports());
    Transaction transaction = state.transactions.get(xid);
    if (transaction == null) {
      return endWithoutBranches(xid, GlobalStatus.ROLLED_BACK, reason);
    }
    if (!transaction.status.isDecided()) {
      rollBack(transaction, reason);
    }
    return state.status(xid);
  }

  /** As a person wants it; noted, whatever comes of it. */
  Outcome rollbackAsked(Command.ForceRollback command) {
    Xid xid = command.xid();
    Transaction transaction = state.transactions.get(xid);
    if (transaction != null && !transaction.status.isDecided()) {
      rollBack(
          transaction,
          CoordinatorState.cut(command.operator() + " asked for it: " + command.reason()));
    }
    Outcome.Status status = state.status(xid);
    state.quarantines.rollbackAsked(command, status.status());
    return status;
  }

  Outcome timeOut(Xid xid) {
    Transaction transaction = state.transactions.get(xid);
    if (transaction != null
        && !transaction.status.isDecided()
        && state.logTime >= transaction.deadline) {
      rollBack(transaction, timedOut(transaction));
    }
    return Outcome.DONE;
  }

  private static String timedOut(Transaction transaction) {
    return "its time of " + (transaction.deadline - transaction.beganAt) + " ms is up";
  }

  private void rollBack(Transaction transaction, String reason) {
    transaction.reason = reason;
    transaction.become(GlobalStatus.ROLLING_BACK);
    state.listener.decided(transaction);
    endRollbackIfUndone(transaction);
  }

  private void endRollbackIfUndone(Transaction transaction) {
    if (transaction.status == GlobalStatus.ROLLING_BACK
        && transaction.undone == transaction.branches.size()) {
      transaction.become(GlobalStatus.ROLLED_BACK);
      state.listener.rolledBack(transaction);
    }
    if (transaction.status == GlobalStatus.ROLLED_BACK && transaction.remaining == 0) {
      end(transaction);
    }
  }

  private void end(Transaction transaction) {
    state.transactions.remove(transaction.xid);
    state.remember(transaction.xid, transaction.status, transaction.reason);
    state.listener.ended(transaction);
  }

  /** The end of a transaction that is not live: as before, or for the first time without branch. */
  private Outcome endWithoutBranches(Xid xid, GlobalStatus status, String reason) {
    if (state.isUnused(xid)) {
      state.burn(xid);
      state.remember(xid, status, reason);
    }
    return state.status(xid);
  }

  // ---- sessions ----

  void sessionGone(Session session) {
    long number = session.number;
    for (Transaction transaction : new ArrayList<>(state.transactions.values())) {
      if (transaction.status == GlobalStatus.ACTIVE && transaction.xid.session() == number) {
        rollBack(
            transaction,
            "session " + number + " of " + session.application + ", which began it, is expired");
      } else if (transaction.status == GlobalStatus.COMMIT_PENDING) {
        Branch orphan = openBranchWithoutSession(transaction);
        if (orphan != null) {
          rollBack(transaction, orphaned(orphan));
        }
      }
      for (Branch branch : transaction.branches) {
        if (branch.id.session() == number) {
          limitMarker(branch);
        }
      }
    }
  }

  private @Nullable Branch openBranchWithoutSession(Transaction transaction) {
    for (Branch branch : transaction.branches) {
      if (branch.state == BranchState.REGISTERED && state.session(branch.id.session()) == null) {
        return branch;
      }
    }
    return null;
  }

  private static String orphaned(Branch branch) {
    return "the session of branch "
        + branch.id
        + " on "
        + branch.resource
        + " expired before it reported its local end";
  }

  /** A marker whose owner can report no more goes after a while. */
  private void limitMarker(Branch branch) {
    if (branch.state == BranchState.UNDONE
        && branch.end == null
        && branch.releasableAt == 0
        && state.session(branch.id.session()) == null) {
      branch.releasableAt = state.logTime + CoordinatorState.MARKER_KEPT_MILLIS;
      state.listener.markerReleasable(branch);
    }
  }

  // ---- phase two ----

  Outcome results(List<BranchResult> results) {
    for (int i = 0; i < results.size(); i++) {
      BranchResult result = results.get(i);
      Branch branch = state.branch(result.ref());
      if (branch != null) {
        switch (result.outcome()) {
          case UNDO_DELETED -> undoDeleted(branch);
          case UNDONE -> compensated(branch, 0);
          case FENCED -> undone(branch, 0);
          case QUARANTINED -> state.quarantines.reported(branch, result, 0);
          case RETRY, RESOLUTION_REFUSED -> {}
        }
      }
    }
    return Outcome.DONE;
  }

  private void undoDeleted(Branch branch) {
    Transaction transaction = branch.transaction;
    boolean afterCommit =
        transaction.status == GlobalStatus.COMMITTING
            && branch.state == BranchState.LOCALLY_COMMITTED;
    boolean afterRollback =
        branch.state == BranchState.UNDONE && branch.isReleasable(state.logTime);
    if (!afterCommit && !afterRollback) {
      return;
    }
    branch.become(BranchState.FORGOTTEN);
    transaction.remaining--;
    state.listener.branchForgotten(branch);
    if (afterRollback) {
      endRollbackIfUndone(transaction);
    } else if (transaction.remaining == 0) {
      transaction.become(GlobalStatus.COMMITTED);
      end(transaction);
    }
  }

  /** There was an undo row to take back, so the local commit is proven, reported or not. */
  void compensated(Branch branch, long wallMillis) {
    boolean counts =
        branch.transaction.status == GlobalStatus.ROLLING_BACK && !branch.state.isUndone();
    if (branch.end == null && counts) {
      branch.end = LocalEnd.LOCALLY_COMMITTED;
    }
    undone(branch, wallMillis);
  }

  void undone(Branch branch, long wallMillis) {
    Transaction transaction = branch.transaction;
    if (transaction.status != GlobalStatus.ROLLING_BACK || branch.state.isUndone()) {
      return;
    }
    if (branch.state == BranchState.QUARANTINED) {
      state.quarantines.left(branch, wallMillis);
    }
    branch.become(BranchState.UNDONE);
    transaction.undone++;
    state.release(branch);
    state.listener.branchUndone(branch);
    limitMarker(branch);
    endRollbackIfUndone(transaction);
  }
}
