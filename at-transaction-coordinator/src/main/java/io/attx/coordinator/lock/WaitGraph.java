package io.attx.coordinator.lock;

import io.attx.LockMode;
import io.attx.LockRequest;
import io.attx.Xid;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which transaction waits for which: edges go from a transaction with a claim in line to those that
 * hold a conflicting lock, have a conflicting claim in flight, or stand before it in line.
 */
final class WaitGraph {
  /** A search that looks at more edges than this gives up; the deadline then ends the wait. */
  private static final int MAX_EDGES = 200_000;

  private final LockTable locks;
  private final Map<Xid, List<LockClaim>> waitingByXid;

  WaitGraph(LockTable locks, Map<Xid, List<LockClaim>> waitingByXid) {
    this.locks = locks;
    this.waitingByXid = waitingByXid;
  }

  /** Whether the transaction of a claim in line waits, directly or not, for the other one. */
  boolean waitsFor(LockClaim claim, Xid other) {
    return search(waitingByXid.getOrDefault(claim.xid(), List.of()), other) != null;
  }

  /** See {@link LockAdmission#cycleVictim}. */
  @Nullable LockClaim cycleVictim(LockClaim claim) {
    Map<Xid, LockClaim> reachedBy = search(List.of(claim), claim.xid());
    if (reachedBy == null) {
      return null;
    }
    LockClaim victim = claim;
    Xid node = claim.xid();
    while (true) {
      LockClaim via = reachedBy.get(node);
      if (via == null) {
        throw new IllegalStateException("a cycle without an edge to " + node);
      }
      if (isYounger(via, victim)) {
        victim = via;
      }
      if (via == claim) {
        return victim;
      }
      node = via.xid();
    }
  }

  private static boolean isYounger(LockClaim a, LockClaim b) {
    int byBegin = Long.compare(a.beginOrder(), b.beginOrder());
    return byBegin > 0 || (byBegin == 0 && a.arrival > b.arrival);
  }

  /** By which claim each transaction was reached when the target was; null when it was not. */
  private @Nullable Map<Xid, LockClaim> search(List<LockClaim> start, Xid target) {
    Map<Xid, LockClaim> reachedBy = new HashMap<>();
    ArrayDeque<LockClaim> frontier = new ArrayDeque<>();
    List<Xid> edges = new ArrayList<>();
    frontier.addAll(start);
    int budget = MAX_EDGES;
    while (!frontier.isEmpty() && budget > 0) {
      LockClaim claim = frontier.remove();
      edges.clear();
      addEdges(claim, edges);
      budget -= edges.size() + 1;
      for (Xid next : edges) {
        if (reachedBy.putIfAbsent(next, claim) != null) {
          continue;
        }
        if (next.equals(target)) {
          return reachedBy;
        }
        List<LockClaim> claims = waitingByXid.get(next);
        if (claims != null) {
          frontier.addAll(claims);
        }
      }
    }
    return null;
  }

  private void addEdges(LockClaim claim, List<Xid> edges) {
    List<LockRequest> wanted = claim.locks();
    for (int i = 0; i < wanted.size(); i++) {
      LockRequest lock = wanted.get(i);
      locks.addConflicts(claim.xid(), claim.resource(), lock.key(), lock.mode(), edges);
      if (claim.places.length > 0) {
        addClaimsBefore(claim, claim.places[i], edges);
      }
    }
  }

  /**
   * Walks backwards. It may stop at a claim in line that keeps out at least what this one keeps out
   * and holds nothing itself, because that claim has the remaining edges.
   */
  private void addClaimsBefore(LockClaim claim, KeyClaim place, List<Xid> edges) {
    LockMode mode = place.mode;
    for (KeyClaim other = place.queue.tail; other != null; other = other.previous) {
      boolean inFlight = other.claim.isInFlight();
      if (other.mode.isCompatibleWith(mode)
          || other.claim.xid().equals(claim.xid())
          || (!inFlight && other.claim.arrival >= claim.arrival)) {
        continue;
      }
      edges.add(other.claim.xid());
      if (!inFlight
          && other.mode.compareTo(mode) >= 0
          && locks.held(other.claim.xid(), claim.resource(), place.queue.key) == null) {
        return;
      }
    }
  }
}
