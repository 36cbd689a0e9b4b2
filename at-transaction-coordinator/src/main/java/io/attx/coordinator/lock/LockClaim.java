package io.attx.coordinator.lock;

import io.attx.LockRequest;
import io.attx.ResourceId;
import io.attx.Xid;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who asks for row locks and has not got them durably: it waits in line, or its
 * registration is on its way through the log. Subclasses add whom to answer. Used by one {@link
 * LockAdmission} only.
 */
public abstract class LockClaim {
  static final KeyClaim[] NO_PLACES = {};

  private final Xid xid;
  private final ResourceId resource;
  private final List<LockRequest> locks;
  private final boolean takes;

  /** Where it is in its life. */
  enum State {
    OUTSIDE,
    WAITING,
    IN_FLIGHT
  }

  State state = State.OUTSIDE;
  long arrival;
  KeyClaim[] places = NO_PLACES;
  @Nullable KeyQueue blockedOn;
  @Nullable Xid blocker;

  /**
   * A claim that stands nowhere yet.
   *
   * @param takes whether it takes the locks when they are free, or only looks
   */
  protected LockClaim(Xid xid, ResourceId resource, List<LockRequest> locks, boolean takes) {
    this.xid = xid;
    this.resource = resource;
    this.locks = locks;
    this.takes = takes;
  }

  /** When its transaction began, by position; the largest value when it has not begun. */
  protected abstract long beginOrder();

  /** The transaction that asks. */
  public final Xid xid() {
    return xid;
  }

  /** The lock space. */
  public final ResourceId resource() {
    return resource;
  }

  /** What it asks for. */
  public final List<LockRequest> locks() {
    return locks;
  }

  /** Whether it takes the locks, or only looks. */
  public final boolean takes() {
    return takes;
  }

  /** Whether it stands in line. */
  public final boolean isWaiting() {
    return state == State.WAITING;
  }

  /** Whether its registration is on its way through the log. */
  public final boolean isInFlight() {
    return state == State.IN_FLIGHT;
  }

  /** Who was in the way when it was last looked at, or null. */
  public final @Nullable Xid blocker() {
    return blocker;
  }
}
