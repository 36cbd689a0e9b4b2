package io.attx.coordinator.runtime;

import io.attx.GlobalStatus;
import io.attx.LocalEnd;
import io.attx.LockRequest;
import io.attx.Xid;
import io.attx.coordinator.state.AuditEntry;
import io.attx.coordinator.state.AuditTrail;
import io.attx.coordinator.state.Branch;
import io.attx.coordinator.state.BranchState;
import io.attx.coordinator.state.Command;
import io.attx.coordinator.state.CoordinatorState;
import io.attx.coordinator.state.LogEntry;
import io.attx.coordinator.state.Outcome;
import io.attx.coordinator.state.SnapshotCodec;
import io.attx.coordinator.state.StateListener;
import io.attx.coordinator.state.Transaction;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Another copy of the state, fed with the bytes of the log, that checks the named invariants at
 * every step and is now and then replaced by its own snapshot.
 */
final class ShadowReplica implements StateListener {
  private final Random random;
  private final Predicate<Branch> committedInDatabase;
  private final Map<Xid, Boolean> decisions = new HashMap<>();
  private final Set<Xid> begun = new HashSet<>();
  CoordinatorState state = new CoordinatorState(this);
  long applied;
  int commits;
  int rollbacks;
  int snapshots;
  int quarantines;
  int decisionsOfPeople;
  boolean replayDiffers;

  ShadowReplica(Random random, Predicate<Branch> committedInDatabase) {
    this.random = random;
    this.committedInDatabase = committedInDatabase;
  }

  void apply(byte[] bytes) {
    LogEntry entry = LogEntry.decode(bytes);
    state.advance(entry.logTimeMillis());
    for (Command command : entry.commands()) {
      Outcome outcome = state.apply(command, entry.logTimeMillis());
      if (outcome instanceof Outcome.Granted && command instanceof Command.Register register) {
        check(
            state.transaction(register.xid()) != null
                && !state.transaction(register.xid()).status().isDecided(),
            "NoBranchAfterDecision",
            register);
      }
    }
    applied++;
    NoLockWithoutLiveBranch.check(state);
    NoTwoHolders.check(state);
    checkQuarantine();
    if (random.nextInt(50) == 0) {
      byte[] snapshot = SnapshotCodec.encode(state);
      state = SnapshotCodec.decode(snapshot, this);
      check(
          java.util.Arrays.equals(snapshot, SnapshotCodec.encode(state)),
          "SnapshotIsComplete",
          state.transactions());
    }
  }

  private void checkQuarantine() {
    for (Transaction transaction : state.transactions()) {
      for (Branch branch : transaction.branches()) {
        boolean held = branch.state() == BranchState.QUARANTINED;
        check(held == (branch.quarantine() != null), "QuarantineIsAState", branch);
        for (LockRequest lock : held ? branch.locks() : List.<LockRequest>of()) {
          check(
              state.locks().held(transaction.xid(), branch.resource(), lock.key()) != null,
              "QuarantineKeepsItsLocks",
              branch);
        }
      }
    }
  }

  /** Every decision that was started has exactly one end. */
  void checkTrail() {
    Map<Long, Integer> ends = new HashMap<>();
    long number = 0;
    for (AuditEntry entry : state.audit().after(0, AuditTrail.MAX_ENTRIES)) {
      check(entry.number() == ++number, "TrailHasNoGap", entry);
      if (entry.resolution() > 0) {
        ends.merge(
            entry.resolution(), entry.event() == AuditEntry.Event.END ? 1 : 100, Integer::sum);
      }
    }
    ends.forEach((resolution, sum) -> check(sum == 101, "EveryDecisionEnds", resolution));
    decisionsOfPeople += ends.size();
  }

  @Override
  public void branchQuarantined(Branch branch) {
    quarantines++;
  }

  @Override
  public void began(Transaction transaction) {
    check(begun.add(transaction.xid()), "NoResurrection", transaction);
    check(!decisions.containsKey(transaction.xid()), "NoResurrection", transaction);
  }

  @Override
  public void decided(Transaction transaction) {
    boolean commit =
        transaction.status() == GlobalStatus.COMMITTING
            || transaction.status() == GlobalStatus.COMMITTED;
    check(
        decisions.putIfAbsent(transaction.xid(), commit) == null,
        "DecisionNeverChanges",
        transaction);
    if (commit) {
      commits++;
      for (Branch branch : transaction.branches()) {
        check(branch.end() == LocalEnd.LOCALLY_COMMITTED, "NoCommitOverOpenBranch", branch);
        check(committedInDatabase.test(branch), "NoCommitOverOpenBranch", branch);
      }
    } else {
      rollbacks++;
    }
  }

  /** What a client was told must be what was decided. */
  void told(Xid xid, GlobalStatus status) {
    if (status.isDecided() && decisions.containsKey(xid)) {
      boolean commit = status == GlobalStatus.COMMITTING || status == GlobalStatus.COMMITTED;
      check(decisions.get(xid) == commit, "DecisionNeverChanges", xid + " " + status);
    }
  }

  boolean isCommitted(Xid xid) {
    return decisions.getOrDefault(xid, false);
  }

  static void check(boolean holds, String invariant, Object detail) {
    if (!holds) {
      throw new AssertionError(invariant + ": " + detail);
    }
  }
}
