package io.attx.coordinator.lock;

import io.attx.LockMode;
import io.attx.LockRequest;
import io.attx.ResourceId;
import io.attx.RowLockKey;
import io.attx.Xid;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask the log for row locks, and who waits in line: a claim is admitted when it conflicts
 * neither with a lock that is held, nor with a claim that is on its way through the log, nor with
 * an earlier claim in line. First come, first served, with two exceptions that only let pass whom
 * the earlier one waits for anyway:
 *
 * <ul>
 *   <li>who holds the key already in a mode that keeps the earlier claim waiting,
 *   <li>who is waited for, directly or not, by the transaction of the earlier claim.
 * </ul>
 *
 * <p>Belongs to the memory of the leader, and is not part of the replicated state. Not thread-safe.
 */
public final class LockAdmission {
  private static final int FLIGHT_SLOTS = 4096;

  private final LockTable locks;
  private final Predicate<Xid> mayHold;
  private final Map<ResourceId, Map<RowLockKey, KeyQueue>> queues = new HashMap<>();
  private final Map<Xid, List<LockClaim>> waitingByXid = new HashMap<>();
  private final ArrayDeque<KeyQueue> dirty = new ArrayDeque<>();
  private final int[] inFlightBySlot = new int[FLIGHT_SLOTS];
  private final WaitGraph graph;
  private int waiting;
  private long arrivals;

  /**
   * An empty line before the table.
   *
   * @param mayHold whether a transaction may hold locks in the table; a cheap upper bound
   */
  public LockAdmission(LockTable locks, Predicate<Xid> mayHold) {
    this.locks = locks;
    this.mayHold = mayHold;
    this.graph = new WaitGraph(locks, waitingByXid);
  }

  /** How many claims stand in line. */
  public int waiting() {
    return waiting;
  }

  /**
   * Admits the claim if nobody is in its way: one that takes locks is then in flight until {@link
   * #leave}, one that only looks is outside again.
   *
   * @return whether it was admitted; if not it is where it was and {@link LockClaim#blocker()} says
   *     who is in the way
   */
  public boolean admit(LockClaim claim) {
    KeyQueue obstacle = findObstacle(claim);
    if (claim.blocker != null) {
      claim.blockedOn = obstacle;
      return false;
    }
    if (claim.state == LockClaim.State.WAITING) {
      stopWaiting(claim);
      claim.blockedOn = null;
      if (!claim.takes()) {
        unlink(claim, true);
        return true;
      }
    } else if (claim.takes()) {
      link(claim);
    }
    if (claim.takes()) {
      claim.state = LockClaim.State.IN_FLIGHT;
      inFlightBySlot[slot(claim.xid())]++;
    }
    return true;
  }

  /** Puts a claim that was not admitted at the end of the line. */
  public void park(LockClaim claim) {
    if (claim.state == LockClaim.State.IN_FLIGHT) {
      inFlightBySlot[slot(claim.xid())]--;
    } else {
      link(claim);
    }
    claim.state = LockClaim.State.WAITING;
    waiting++;
    waitingByXid.computeIfAbsent(claim.xid(), x -> new ArrayList<>(1)).add(claim);
    claim.blockedOn = findObstacle(claim);
    if (claim.blockedOn == null && claim.places.length > 0) {
      markDirty(claim.places[0].queue);
      claim.blockedOn = claim.places[0].queue;
    }
  }

  /**
   * Takes a claim out, whatever became of it. Those behind it are looked at by {@link
   * #nextAdmitted()}.
   */
  public void leave(LockClaim claim) {
    switch (claim.state) {
      case OUTSIDE -> {}
      case WAITING -> {
        stopWaiting(claim);
        unlink(claim, true);
      }
      case IN_FLIGHT -> {
        inFlightBySlot[slot(claim.xid())]--;
        unlink(claim, true);
      }
    }
  }

  /** A claim in flight became a lock in the table: nobody behind it can move. */
  public void settled(LockClaim claim) {
    if (claim.state == LockClaim.State.IN_FLIGHT) {
      inFlightBySlot[slot(claim.xid())]--;
      unlink(claim, false);
    }
  }

  /** A lock was given back; those who wait for it are looked at by {@link #nextAdmitted()}. */
  public void released(ResourceId resource, RowLockKey key) {
    if (waiting == 0) {
      return;
    }
    KeyQueue queue = queue(resource, key);
    if (queue != null) {
      markDirty(queue);
    }
  }

  /** The next claim in line that is admitted now, or null when all others must go on waiting. */
  public @Nullable LockClaim nextAdmitted() {
    while (!dirty.isEmpty()) {
      KeyQueue queue = dirty.peek();
      for (KeyClaim place = queue.head; place != null; place = place.next) {
        LockClaim claim = place.claim;
        if (claim.state == LockClaim.State.WAITING && claim.blockedOn == queue && admit(claim)) {
          return claim;
        }
      }
      queue.dirty = false;
      dirty.remove();
    }
    return null;
  }

  /**
   * The claim that has to give way because the claim closes a cycle of waiting transactions: the
   * one whose transaction began last. Null when there is no cycle.
   */
  public @Nullable LockClaim cycleVictim(LockClaim claim) {
    Xid xid = claim.xid();
    if (!mayBeWaitedFor(xid)) {
      return null;
    }
    return graph.cycleVictim(claim);
  }

  /** Visits all claims in line on a key; the visitor may take them out. */
  public void forEachWaiting(ResourceId resource, RowLockKey key, Consumer<LockClaim> visitor) {
    KeyQueue queue = waiting == 0 ? null : queue(resource, key);
    if (queue == null) {
      return;
    }
    List<LockClaim> claims = new ArrayList<>();
    for (KeyClaim place = queue.head; place != null; place = place.next) {
      claims.add(place.claim);
    }
    for (LockClaim claim : claims) {
      if (claim.isWaiting()) {
        visitor.accept(claim);
      }
    }
  }

  /** All claims in line; a copy. */
  public List<LockClaim> allWaiting() {
    List<LockClaim> all = new ArrayList<>(waiting);
    waitingByXid.values().forEach(all::addAll);
    return all;
  }

  /** The claims of a transaction that stand in line; a copy. */
  public List<LockClaim> waitingOf(Xid xid) {
    List<LockClaim> own = waitingByXid.get(xid);
    return own == null ? List.of() : List.copyOf(own);
  }

  private boolean mayBeWaitedFor(Xid xid) {
    List<LockClaim> own = waitingByXid.get(xid);
    return mayHold.test(xid) || inFlightBySlot[slot(xid)] > 0 || (own != null && own.size() > 1);
  }

  /** Sets the claim's blocker; the queue of the key where it is, if there is a queue. */
  private @Nullable KeyQueue findObstacle(LockClaim claim) {
    List<LockRequest> wanted = claim.locks();
    claim.blocker = null;
    Map<RowLockKey, KeyQueue> keys = queues.get(claim.resource());
    for (int i = 0; i < wanted.size(); i++) {
      LockRequest lock = wanted.get(i);
      KeyQueue queue = keys == null ? null : keys.get(lock.key());
      Xid blocker = locks.conflict(claim.xid(), claim.resource(), lock.key(), lock.mode());
      if (blocker == null && queue != null) {
        blocker = claimInTheWay(claim, queue, lock.mode());
      }
      if (blocker != null) {
        claim.blocker = blocker;
        return queue;
      }
    }
    return null;
  }

  private @Nullable Xid claimInTheWay(LockClaim claim, KeyQueue queue, LockMode mode) {
    for (KeyClaim place = queue.head; place != null; place = place.next) {
      LockClaim other = place.claim;
      if (place.mode.isCompatibleWith(mode) || other.xid().equals(claim.xid())) {
        continue;
      }
      if (other.isInFlight()) {
        return other.xid();
      }
      boolean earlier = !claim.isWaiting() || other.arrival < claim.arrival;
      if (earlier && !mayPass(claim, queue, place)) {
        return other.xid();
      }
    }
    return null;
  }

  private boolean mayPass(LockClaim claim, KeyQueue queue, KeyClaim earlier) {
    Xid xid = claim.xid();
    LockMode held = locks.held(xid, queue.resource, queue.key);
    if (held != null && !held.isCompatibleWith(earlier.mode)) {
      return true;
    }
    for (KeyClaim place = queue.head; place != null; place = place.next) {
      if (place.claim.isInFlight()
          && place.claim.xid().equals(xid)
          && !place.mode.isCompatibleWith(earlier.mode)) {
        return true;
      }
    }
    return (mayHold.test(xid) || inFlightBySlot[slot(xid)] > 0)
        && graph.waitsFor(earlier.claim, xid);
  }

  private void link(LockClaim claim) {
    List<LockRequest> wanted = claim.locks();
    claim.arrival = ++arrivals;
    if (wanted.isEmpty()) {
      return;
    }
    Map<RowLockKey, KeyQueue> keys = queues.computeIfAbsent(claim.resource(), r -> new HashMap<>());
    KeyClaim[] places = new KeyClaim[wanted.size()];
    for (int i = 0; i < places.length; i++) {
      LockRequest lock = wanted.get(i);
      KeyQueue queue = keys.get(lock.key());
      if (queue == null) {
        queue = new KeyQueue(claim.resource(), lock.key());
        keys.put(lock.key(), queue);
      }
      places[i] = new KeyClaim(claim, lock.mode(), queue);
      queue.append(places[i]);
    }
    claim.places = places;
  }

  private void unlink(LockClaim claim, boolean wake) {
    claim.state = LockClaim.State.OUTSIDE;
    claim.blockedOn = null;
    Map<RowLockKey, KeyQueue> keys = queues.get(claim.resource());
    for (KeyClaim place : claim.places) {
      KeyQueue queue = place.queue;
      queue.remove(place);
      if (queue.isEmpty() && keys != null) {
        keys.remove(queue.key, queue);
      } else if (wake && waiting > 0) {
        markDirty(queue);
      }
    }
    claim.places = LockClaim.NO_PLACES;
  }

  private void stopWaiting(LockClaim claim) {
    waiting--;
    List<LockClaim> own = waitingByXid.get(claim.xid());
    if (own != null) {
      own.remove(claim);
      if (own.isEmpty()) {
        waitingByXid.remove(claim.xid());
      }
    }
  }

  private void markDirty(KeyQueue queue) {
    if (!queue.dirty) {
      queue.dirty = true;
      dirty.add(queue);
    }
  }

  private @Nullable KeyQueue queue(ResourceId resource, RowLockKey key) {
    Map<RowLockKey, KeyQueue> keys = queues.get(resource);
    return keys == null ? null : keys.get(key);
  }

  private static int slot(Xid xid) {
    int hash = xid.hashCode();
    return (hash ^ (hash >>> 16)) & (FLIGHT_SLOTS - 1);
  }
}
