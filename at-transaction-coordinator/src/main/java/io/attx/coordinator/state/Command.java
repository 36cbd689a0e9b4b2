package io.attx.coordinator.state;

import io.attx.BranchId;
import io.attx.BranchRef;
import io.attx.BranchType;
import io.attx.LockRequest;
import io.attx.ResourceId;
import io.attx.Xid;
import io.attx.protocol.BeginInfo;
import io.attx.protocol.BranchReport;
import io.attx.protocol.BranchResult;
import io.attx.protocol.ResolveAction;
import io.attx.protocol.RowDecision;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A change of state as it stands in the log. Immutable. */
public sealed interface Command {
  /** The first command of an empty log: gives the cluster its incarnation. */
  record Initialise(long cluster) implements Command {}

  /** Opens a session. */
  record OpenSession(long secret, String application) implements Command {}

  /** Ends a session whose client was away for too long. */
  record ExpireSession(long session) implements Command {}

  /** Begins a transaction without a branch. */
  record Begin(Xid xid, BeginInfo info) implements Command {}

  /** Registers a branch with its row locks; begins the transaction where needed. */
  record Register(
      Xid xid,
      @Nullable BeginInfo begin,
      BranchId branch,
      BranchType type,
      ResourceId resource,
      List<LockRequest> locks)
      implements Command {}

  /** Local ends of branches. */
  record Report(List<BranchReport> reports) implements Command {}

  /** The transaction manager asks for the commit. */
  record Commit(Xid xid, List<BranchReport> reports) implements Command {}

  /** The transaction manager asks for the rollback. */
  record Rollback(Xid xid, List<BranchReport> reports, String reason) implements Command {}

  /** The leader found that the deadline is over; looked at again when applied. */
  record TimeOut(Xid xid) implements Command {}

  /** Results of phase two; RETRY and what {@link Examined} is for have no place here. */
  record Results(List<BranchResult> results) implements Command {}

  /**
   * A result of phase two that is about quarantine: QUARANTINED, or the end of a resolution.
   *
   * @param wallMillis when, for people
   */
  record Examined(BranchResult result, long wallMillis) implements Command {}

  /**
   * A person decided about dirty rows of a branch.
   *
   * @param report what the person saw
   * @param others about all dirty rows that are not among {@code rows}; null leaves them open
   * @param wallMillis when, for people
   */
  record Resolve(
      BranchRef branch,
      int report,
      List<RowDecision> rows,
      @Nullable ResolveAction others,
      String operator,
      String reason,
      long wallMillis)
      implements Command {}

  /**
   * A person asks for the rollback of a transaction that is not decided.
   *
   * @param wallMillis when, for people
   */
  record ForceRollback(Xid xid, String operator, String reason, long wallMillis)
      implements Command {}
}
