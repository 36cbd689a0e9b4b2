package io.attx.coordinator.runtime;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.attx.GlobalStatus;
import io.attx.Xid;
import io.attx.coordinator.state.CoordinatorState;
import io.attx.coordinator.state.Outcome;
import io.attx.coordinator.state.Transaction;
import io.attx.protocol.Response;
import io.attx.protocol.TransactionOutcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Requests whose answer waits for a transaction: a commit for its decision, a rollback for the end
 * of the compensation.
 */
final class DecisionWaits {
  private final CoordinatorState state;
  private final TimerQueue timers;
  private final Map<Xid, List<Wait>> byXid = new HashMap<>();

  DecisionWaits(CoordinatorState state, TimerQueue timers) {
    this.state = state;
    this.timers = timers;
  }

  /** Answers now, or when the local ends are known or time is up. */
  void afterCommit(Reply reply, Xid xid, Outcome.Status status, long position) {
    if (status.status() == GlobalStatus.COMMIT_PENDING) {
      add(new Wait(reply, xid, false));
    } else {
      reply.send(outcome(status, position));
    }
  }

  /** Answers now, or when the branches are undone, as far as they can be, or the wait is over. */
  void afterRollback(Reply reply, Xid xid, Outcome.Status status, long waitMillis, long position) {
    Transaction transaction = state.transaction(xid);
    boolean waits =
        waitMillis > 0
            && status.status() == GlobalStatus.ROLLING_BACK
            && transaction != null
            && !PhaseTwoDispatcher.isStuck(transaction);
    if (waits) {
      Wait wait = new Wait(reply, xid, true);
      add(wait);
      timers.arm(wait, MILLISECONDS.toNanos(waitMillis));
    } else {
      reply.send(outcome(status, position));
    }
  }

  private void add(Wait wait) {
    byXid.computeIfAbsent(wait.xid, x -> new ArrayList<>(1)).add(wait);
  }

  boolean isEmpty() {
    return byXid.isEmpty();
  }

  boolean contains(Xid xid) {
    return byXid.containsKey(xid);
  }

  /** Something happened to the transaction: answers who need not wait any longer. */
  void look(Xid xid, long position) {
    List<Wait> waits = byXid.get(xid);
    if (waits == null) {
      return;
    }
    Transaction transaction = state.transaction(xid);
    Outcome.Status status = state.status(xid);
    for (Iterator<Wait> all = waits.iterator(); all.hasNext(); ) {
      Wait wait = all.next();
      boolean goesOn =
          wait.forUndone
              ? status.status() == GlobalStatus.ROLLING_BACK
                  && transaction != null
                  && !PhaseTwoDispatcher.isStuck(transaction)
              : status.status() == GlobalStatus.COMMIT_PENDING;
      if (!goesOn) {
        all.remove();
        timers.cancel(wait);
        wait.reply.send(outcome(status, position));
      }
    }
    if (waits.isEmpty()) {
      byXid.remove(xid);
    }
  }

  /** Fails everything; the leader steps down. */
  void close(Response refused) {
    byXid.values().forEach(waits -> waits.forEach(wait -> wait.reply.send(refused)));
    byXid.clear();
  }

  static TransactionOutcome outcome(Outcome.Status status, long position) {
    return new TransactionOutcome(status.status(), position, status.reason(), status.quarantined());
  }

  private final class Wait extends Timed {
    private final Reply reply;
    private final Xid xid;
    private final boolean forUndone;

    Wait(Reply reply, Xid xid, boolean forUndone) {
      this.reply = reply;
      this.xid = xid;
      this.forUndone = forUndone;
    }

    /**
     * The wait for the compensation is over; the position is that of the decision, long durable.
     */
    @Override
    void fire() {
      List<Wait> waits = byXid.get(xid);
      if (waits != null && waits.remove(this)) {
        if (waits.isEmpty()) {
          byXid.remove(xid);
        }
        reply.send(outcome(state.status(xid), 0));
      }
    }
  }
}
