package io.attx.coordinator.runtime;

import io.attx.LockRequest;
import io.attx.ResourceId;
import io.attx.Xid;
import io.attx.coordinator.lock.LockClaim;
import io.attx.coordinator.state.CoordinatorState;
import io.attx.coordinator.state.Transaction;
import io.attx.protocol.RegisterBranch;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request for row locks together with whom to answer. */
final class RowLockClaim extends LockClaim {
  private final CoordinatorState state;

  /** The registration; null where locks are only looked at. */
  final @Nullable RegisterBranch registration;

  final long waitMillis;
  final boolean holdsRowLocks;

  /** The newest connection that asked. */
  Reply reply;

  /** When it came; the wait counts from here. */
  final long arrivedNanos;

  /** Ends the wait. */
  final Timed timer;

  RowLockClaim(
      LockWaits waits,
      CoordinatorState state,
      Reply reply,
      RegisterBranch registration,
      long nowNanos) {
    super(registration.xid(), registration.resource(), registration.locks(), true);
    this.state = state;
    this.registration = registration;
    this.waitMillis = registration.waitMillis();
    this.holdsRowLocks = registration.holdsRowLocks();
    this.reply = reply;
    this.arrivedNanos = nowNanos;
    this.timer = new WaitTimer(waits, this);
  }

  RowLockClaim(
      LockWaits waits,
      CoordinatorState state,
      Reply reply,
      io.attx.protocol.CheckLocks check,
      long nowNanos) {
    super(check.xid(), check.resource(), check.locks(), false);
    this.state = state;
    this.registration = null;
    this.waitMillis = check.waitMillis();
    this.holdsRowLocks = check.holdsRowLocks();
    this.reply = reply;
    this.arrivedNanos = nowNanos;
    this.timer = new WaitTimer(waits, this);
  }

  @Override
  protected long beginOrder() {
    Transaction transaction = state.transaction(xid());
    return transaction == null ? Long.MAX_VALUE : transaction.beginOrder();
  }

  /** For people. */
  String describe() {
    Xid xid = xid();
    ResourceId resource = resource();
    List<LockRequest> locks = locks();
    String who =
        registration == null
            ? "a lock check of " + xid
            : "branch " + registration.branch() + " of " + xid;
    String what =
        locks.isEmpty()
            ? "no row"
            : locks.get(0).key()
                + (locks.size() > 1 ? " and " + (locks.size() - 1) + " more rows" : "");
    return who + " on " + resource + " for " + what;
  }

  private static final class WaitTimer extends Timed {
    private final LockWaits waits;
    private final RowLockClaim claim;

    WaitTimer(LockWaits waits, RowLockClaim claim) {
      this.waits = waits;
      this.claim = claim;
    }

    @Override
    void fire() {
      waits.waitIsOver(claim);
    }
  }
}
