package io.attx.client;

import io.attx.Xid;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A transaction that another process began. It cannot be decided here, but once this side finds
 * that it can only be rolled back, the coordinator is asked to do so at once, through the first
 * client that took part: what can only end in one way may as well end early.
 */
final class JoinedTransaction implements Participation {
  private final Xid xid;
  private final AtomicReference<@Nullable DefaultAtClient> client = new AtomicReference<>();
  private final AtomicBoolean told = new AtomicBoolean();
  private volatile boolean rollbackOnly;
  private volatile @Nullable Long deadlineNanos;

  JoinedTransaction(Xid xid) {
    this.xid = xid;
  }

  @Override
  public Xid xid() {
    return xid;
  }

  @Override
  public Xid export() {
    return xid; // It came from elsewhere, so it was begun.
  }

  @Override
  public void register(GlobalTransactionSynchronization synchronization) {
    throw new IllegalStateException(
        "global transaction "
            + xid
            + " was begun by another process, which alone learns how it ends: a synchronization or"
            + " an event listener that waits for the end works only there. What to do: register it"
            + " where the transaction begins, or react to something that the caller sends"
            + " afterwards");
  }

  @Override
  public @Nullable Duration lockWait() {
    return null;
  }

  @Override
  public void setRollbackOnly() {
    rollbackOnly = true;
    tell();
  }

  @Override
  public boolean isRollbackOnly() {
    return rollbackOnly;
  }

  @Override
  public long remainingNanos() {
    Long deadline = deadlineNanos;
    DefaultAtClient participant = client.get();
    return deadline == null || participant == null
        ? Long.MAX_VALUE
        : deadline - participant.nanoTime();
  }

  /** A grant told the deadline. */
  void learnDeadline(long nanos) {
    deadlineNanos = nanos;
  }

  /** A client takes part on behalf of this process. */
  void usedBy(DefaultAtClient participant) {
    client.compareAndSet(null, participant);
    if (rollbackOnly) {
      tell();
    }
  }

  private void tell() {
    DefaultAtClient participant = client.get();
    if (participant != null && told.compareAndSet(false, true)) {
      participant.rollBackEarly(xid);
    }
  }
}
