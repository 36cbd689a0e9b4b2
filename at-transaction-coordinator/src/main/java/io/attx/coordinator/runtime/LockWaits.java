package io.attx.coordinator.runtime;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.attx.BranchId;
import io.attx.GlobalStatus;
import io.attx.LocalEnd;
import io.attx.LockRequest;
import io.attx.ResourceId;
import io.attx.RowLockKey;
import io.attx.Xid;
import io.attx.coordinator.lock.LockAdmission;
import io.attx.coordinator.lock.LockClaim;
import io.attx.coordinator.state.Branch;
import io.attx.coordinator.state.Command;
import io.attx.coordinator.state.CoordinatorState;
import io.attx.coordinator.state.Outcome;
import io.attx.coordinator.state.Transaction;
import io.attx.protocol.BeginInfo;
import io.attx.protocol.BranchGranted;
import io.attx.protocol.BranchReport;
import io.attx.protocol.CheckLocks;
import io.attx.protocol.Done;
import io.attx.protocol.RefusalCode;
import io.attx.protocol.Refused;
import io.attx.protocol.RegisterBranch;
import io.attx.protocol.Response;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Registrations and lock checks from their arrival to their answer. A registration that conflicts
 * waits here and is not proposed to the log before its turn has come.
 */
final class LockWaits {
  private static final long NANOS_PER_MILLI = 1_000_000L;

  private final Leader leader;
  private final CoordinatorState state;
  private final LockAdmission admission;
  private final Map<BranchId, RowLockClaim> byBranch = new HashMap<>();
  private final List<Transaction> toCheck = new ArrayList<>();
  private final Predicate<Xid> isRollingBack;

  LockWaits(Leader leader, CoordinatorState state) {
    this.leader = leader;
    this.state = state;
    this.admission = new LockAdmission(state.locks(), xid -> state.transaction(xid) != null);
    this.isRollingBack =
        xid -> {
          Transaction holder = state.transaction(xid);
          return holder != null && holder.status() == GlobalStatus.ROLLING_BACK;
        };
  }

  int waiting() {
    return admission.waiting();
  }

  /** The first transactions in line for a row. */
  List<Xid> waiters(ResourceId resource, RowLockKey key, int limit) {
    List<Xid> found = new ArrayList<>();
    admission.forEachWaiting(
        resource,
        key,
        claim -> {
          if (found.size() < limit) {
            found.add(claim.xid());
          }
        });
    return found;
  }

  // ---- requests ----

  void register(Reply reply, RegisterBranch request) {
    RowLockClaim known = byBranch.get(request.branch());
    if (known != null) {
      repeated(known, reply, request);
      return;
    }
    RowLockClaim claim = new RowLockClaim(this, state, reply, request, leader.nanos());
    byBranch.put(request.branch(), claim);
    Transaction transaction = state.transaction(request.xid());
    boolean answeredByState =
        transaction != null
            && (transaction.status() != GlobalStatus.ACTIVE
                || transaction.branch(request.branch()) != null);
    if (answeredByState || admission.admit(claim)) {
      propose(claim);
    } else {
      park(claim);
    }
  }

  private void repeated(RowLockClaim known, Reply reply, RegisterBranch request) {
    RegisterBranch first = known.registration;
    boolean equal =
        first != null
            && first.xid().equals(request.xid())
            && first.resource().equals(request.resource())
            && first.type() == request.type()
            && first.locks().equals(request.locks());
    if (equal) {
      known.reply.refuse(
          RefusalCode.UNAVAILABLE, known.describe() + " was asked for again; that is answered");
      known.reply = reply;
    } else {
      reply.refuse(
          RefusalCode.BRANCH_REFUSED,
          "branch id " + request.branch() + " is being registered with other content");
    }
  }

  void check(Reply reply, CheckLocks request, long position) {
    RowLockClaim claim = new RowLockClaim(this, state, reply, request, leader.nanos());
    if (admission.admit(claim)) {
      leader.answerFromMemory(reply, new Done(position));
    } else {
      park(claim);
    }
  }

  /** A client gave branches up: those still in line leave it. */
  void givenUp(List<BranchReport> reports) {
    if (byBranch.isEmpty()) {
      return;
    }
    for (int i = 0; i < reports.size(); i++) {
      BranchReport report = reports.get(i);
      if (report.end() == LocalEnd.FAILED) {
        RowLockClaim claim = byBranch.get(report.ref().branch());
        if (claim != null && claim.isWaiting()) {
          refuse(claim, RefusalCode.BRANCH_REFUSED, claim.describe() + " was given up");
        }
      }
    }
  }

  // ---- waiting ----

  private void park(RowLockClaim claim) {
    Xid holder = claim.blocker();
    if (claim.waitMillis <= 0) {
      refuse(claim, RefusalCode.LOCK_CONFLICT, claim.describe() + ": " + holder + " has it");
      return;
    }
    Xid rollingBack =
        claim.holdsRowLocks
            ? state
                .locks()
                .conflictWith(claim.xid(), claim.resource(), claim.locks(), isRollingBack)
            : null;
    if (rollingBack != null) {
      refuseForRollback(claim, rollingBack);
    } else if (admission.waiting() >= leader.settings().intake().maxParked()) {
      refuse(claim, RefusalCode.UNAVAILABLE, "too many requests wait for row locks; try again");
    } else {
      admission.park(claim);
      breakCycles(claim);
      if (claim.isWaiting()) {
        armTimer(claim);
      }
      leader.drainLater();
    }
  }

  private void breakCycles(RowLockClaim claim) {
    LockClaim victim = admission.cycleVictim(claim);
    while (victim != null && claim.isWaiting()) {
      RowLockClaim loser = (RowLockClaim) victim;
      refuse(
          loser,
          RefusalCode.LOCK_CYCLE,
          loser.describe()
              + " would wait in a cycle with "
              + loser.blocker()
              + " and began last; roll the transaction back");
      victim = claim.isWaiting() ? admission.cycleVictim(claim) : null;
    }
  }

  private void armTimer(RowLockClaim claim) {
    long left = MILLISECONDS.toNanos(claim.waitMillis) - (leader.nanos() - claim.arrivedNanos);
    Transaction transaction = state.transaction(claim.xid());
    RegisterBranch registration = claim.registration;
    BeginInfo begin = registration == null ? null : registration.begin();
    if (transaction != null) {
      left = Math.min(left, leader.clock().nanosUntil(transaction.deadline()));
    } else if (begin != null) {
      left = Math.min(left, MILLISECONDS.toNanos(begin.timeoutMillis()));
    }
    leader.timers().arm(claim.timer, left);
  }

  /** The timer of a claim in line. */
  void waitIsOver(RowLockClaim claim) {
    if (claim.isWaiting()) {
      refuse(
          claim,
          RefusalCode.LOCK_CONFLICT,
          claim.describe() + " waited " + claim.waitMillis + " ms for " + claim.blocker());
      leader.drainLater();
    }
  }

  /** Looks at everybody who may have got free. */
  void drain(long position) {
    for (int i = 0; i < toCheck.size(); i++) {
      wakeForDecision(toCheck.get(i));
    }
    toCheck.clear();
    LockClaim next = admission.nextAdmitted();
    while (next != null) {
      RowLockClaim claim = (RowLockClaim) next;
      leader.timers().cancel(claim.timer);
      if (leader.isGone(claim.reply.link())) {
        forget(claim);
      } else if (claim.takes()) {
        propose(claim);
      } else {
        leader.answerFromMemory(claim.reply, new Done(position));
      }
      next = admission.nextAdmitted();
    }
  }

  void released(ResourceId resource, RowLockKey key) {
    if (admission.waiting() > 0) {
      admission.released(resource, key);
      leader.drainLater();
    }
  }

  /** A transaction was decided, or ended without being known: its claims in line are pointless. */
  void decided(Transaction transaction) {
    if (admission.waiting() > 0) {
      toCheck.add(transaction);
      leader.drainLater();
    }
  }

  private void wakeForDecision(Transaction transaction) {
    cancel(transaction.xid(), transaction.status());
    if (transaction.status() != GlobalStatus.ROLLING_BACK) {
      return;
    }
    for (Branch branch : transaction.branches()) {
      for (LockRequest lock : branch.locks()) {
        admission.forEachWaiting(
            branch.resource(), lock.key(), waiting -> refuseIfInTheWay(waiting, transaction.xid()));
      }
    }
  }

  private void refuseIfInTheWay(LockClaim waiting, Xid rollingBack) {
    RowLockClaim claim = (RowLockClaim) waiting;
    if (claim.holdsRowLocks && !claim.xid().equals(rollingBack)) {
      Xid holder =
          state
              .locks()
              .conflictWith(claim.xid(), claim.resource(), claim.locks(), rollingBack::equals);
      if (holder != null) {
        refuseForRollback(claim, holder);
      }
    }
  }

  private void refuseForRollback(RowLockClaim claim, Xid holder) {
    claim.reply.send(
        new Refused(
            RefusalCode.HOLDER_ROLLING_BACK,
            claim.describe()
                + " must not wait with row locks for "
                + holder
                + ", which is rolling back; roll the local transaction back and try again",
            holder,
            null));
    forget(claim);
  }

  /** Refuses what the transaction still has in line. */
  void cancel(Xid xid, GlobalStatus status) {
    if (admission.waiting() == 0 || !status.isDecided()) {
      return;
    }
    for (LockClaim waiting : admission.waitingOf(xid)) {
      RowLockClaim claim = (RowLockClaim) waiting;
      refuse(claim, RefusalCode.TRANSACTION_ENDED, claim.describe() + ": it is " + status);
    }
  }

  // ---- answers ----

  private void refuse(RowLockClaim claim, RefusalCode code, String message) {
    boolean conflict = code == RefusalCode.LOCK_CONFLICT || code == RefusalCode.LOCK_CYCLE;
    claim.reply.send(new Refused(code, message, conflict ? claim.blocker() : null, null));
    forget(claim);
  }

  private void forget(RowLockClaim claim) {
    leader.timers().cancel(claim.timer);
    admission.leave(claim);
    RegisterBranch registration = claim.registration;
    if (registration != null) {
      byBranch.remove(registration.branch(), claim);
    }
    leader.drainLater();
  }

  private void propose(RowLockClaim claim) {
    RegisterBranch request = claim.registration;
    if (request == null) {
      throw new IllegalStateException("a lock check is never proposed: " + claim.describe());
    }
    leader.propose(
        new Command.Register(
            request.xid(),
            request.begin(),
            request.branch(),
            request.type(),
            request.resource(),
            request.locks()),
        new Registering(claim));
  }

  /** Fails everything; the leader steps down. */
  void close(Response refused) {
    for (RowLockClaim claim : List.copyOf(byBranch.values())) {
      claim.reply.send(refused);
    }
    byBranch.clear();
    for (LockClaim claim : admission.allWaiting()) {
      RowLockClaim check = (RowLockClaim) claim;
      if (check.registration == null) {
        check.reply.send(refused);
      }
    }
  }

  /** A registration on its way through the log. */
  private final class Registering implements Pending {
    private final RowLockClaim claim;

    Registering(RowLockClaim claim) {
      this.claim = claim;
    }

    @Override
    public void applied(Outcome outcome, long position) {
      if (outcome instanceof Outcome.Granted granted) {
        admission.settled(claim);
        long remaining = Math.max(0, granted.deadline() - leader.clock().now());
        claim.reply.send(new BranchGranted(position, remaining));
        forgetGranted();
      } else if (outcome instanceof Outcome.Refusal refusal) {
        refused(refusal);
      }
    }

    private void forgetGranted() {
      RegisterBranch registration = claim.registration;
      if (registration != null) {
        byBranch.remove(registration.branch(), claim);
      }
    }

    private void refused(Outcome.Refusal refusal) {
      Xid holder = refusal.holder();
      long waited = (leader.nanos() - claim.arrivedNanos) / NANOS_PER_MILLI;
      if (refusal.code() == RefusalCode.LOCK_CONFLICT && waited < claim.waitMillis) {
        parkAgain(holder);
      } else {
        claim.reply.send(new Refused(refusal.code(), refusal.message(), holder, null));
        forget(claim);
      }
    }

    /** Admitted too early, because an earlier entry was in doubt: back into the line. */
    private void parkAgain(@Nullable Xid holder) {
      if (claim.isInFlight()) {
        admission.park(claim);
        breakCycles(claim);
        if (claim.isWaiting()) {
          armTimer(claim);
        }
        leader.drainLater();
      } else if (holder != null) {
        claim.reply.send(new Refused(RefusalCode.LOCK_CONFLICT, claim.describe(), holder, null));
        forget(claim);
      }
    }

    @Override
    public void failed(Refused refused) {
      claim.reply.send(refused);
      forget(claim);
    }
  }
}
