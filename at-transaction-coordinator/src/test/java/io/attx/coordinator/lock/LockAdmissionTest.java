package io.attx.coordinator.lock;

import static org.assertj.core.api.Assertions.assertThat;

import io.attx.LockMode;
import io.attx.LockRequest;
import io.attx.ResourceId;
import io.attx.RowLockKey;
import io.attx.Xid;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LockAdmissionTest {
  private static final ResourceId STOCK = new ResourceId("stock");

  /** A claim of a test; its transaction's number is its age. */
  private static final class Claim extends LockClaim {
    Claim(Xid xid, List<LockRequest> locks, boolean takes) {
      super(xid, STOCK, locks, takes);
    }

    @Override
    protected long beginOrder() {
      return xid().number();
    }
  }

  /** The runtime around the admission, without a log: grants settle when the model says so. */
  private static final class Model {
    final Random random;
    final LockTable table = new LockTable();
    final Map<Xid, List<List<LockRequest>>> granted = new HashMap<>();
    final LockAdmission admission = new LockAdmission(table, granted::containsKey);
    final List<Claim> waiting = new ArrayList<>();
    final List<Claim> inFlight = new ArrayList<>();
    int grants;
    int cycles;

    Model(long seed) {
      random = new Random(seed * 0x9E3779B97F4A7C15L);
    }

    void step() {
      switch (random.nextInt(6)) {
        case 0, 1, 2 -> arrive();
        case 3 -> settle();
        case 4 -> end();
        default -> giveUp();
      }
      drain();
    }

    private void arrive() {
      Xid xid = new Xid(1, 1, 1 + random.nextInt(8));
      List<LockRequest> locks = new ArrayList<>();
      for (int i = random.nextInt(3); i >= 0; i--) {
        RowLockKey key = RowLockKey.primaryKey("t").text("" + random.nextInt(6)).build();
        locks.add(new LockRequest(key, LockMode.values()[random.nextInt(3)]));
      }
      Claim claim = new Claim(xid, locks, random.nextInt(5) > 0);
      if (admission.admit(claim)) {
        admitted(claim);
        return;
      }
      admission.park(claim);
      waiting.add(claim);
      LockClaim victim = admission.cycleVictim(claim);
      while (victim != null) {
        cycles++;
        admission.leave(victim);
        waiting.remove(victim);
        victim = claim.isWaiting() ? admission.cycleVictim(claim) : null;
      }
    }

    private void admitted(Claim claim) {
      waiting.remove(claim);
      if (claim.takes()) {
        inFlight.add(claim);
      }
    }

    private void settle() {
      if (inFlight.isEmpty()) {
        return;
      }
      Claim claim = inFlight.remove(random.nextInt(inFlight.size()));
      if (random.nextInt(5) == 0) {
        admission.leave(claim);
        return;
      }
      assertThat(table.acquire(claim.xid(), STOCK, claim.locks()))
          .as("an admitted claim never meets a conflict")
          .isNull();
      granted.computeIfAbsent(claim.xid(), x -> new ArrayList<>()).add(claim.locks());
      admission.settled(claim);
      grants++;
    }

    /** A transaction ends: gives back its locks; its claims in line are refused. */
    private void end() {
      if (granted.isEmpty()) {
        return;
      }
      Xid xid = List.copyOf(granted.keySet()).get(random.nextInt(granted.size()));
      for (List<LockRequest> locks : granted.remove(xid)) {
        table.release(xid, STOCK, locks, admission::released);
      }
      for (LockClaim claim : admission.waitingOf(xid)) {
        admission.leave(claim);
        waiting.remove(claim);
      }
    }

    private void giveUp() {
      if (!waiting.isEmpty()) {
        admission.leave(waiting.remove(random.nextInt(waiting.size())));
      }
    }

    private void drain() {
      for (LockClaim next = admission.nextAdmitted();
          next != null;
          next = admission.nextAdmitted()) {
        admitted((Claim) next);
      }
    }

    void assertNobodyIsForgotten() {
      assertThat(admission.waiting()).isEqualTo(waiting.size());
      for (Claim claim : waiting) {
        assertThat(claim.isWaiting()).isTrue();
        assertThat(admission.admit(claim)).as("a claim that could go on was not woken").isFalse();
        assertThat(claim.blocker()).isNotEqualTo(claim.xid());
      }
    }

    /** Independent of the code: edges to holders and to claims in flight only. */
    void assertNoDeadlock() {
      Map<Xid, Set<Xid>> edges = new HashMap<>();
      for (Claim claim : waiting) {
        Set<Xid> to = edges.computeIfAbsent(claim.xid(), x -> new HashSet<>());
        granted.forEach(
            (owner, all) -> all.forEach(locks -> addIfConflicting(claim, owner, locks, to)));
        inFlight.forEach(other -> addIfConflicting(claim, other.xid(), other.locks(), to));
      }
      for (Xid start : edges.keySet()) {
        Set<Xid> reached = new HashSet<>();
        List<Xid> frontier = new ArrayList<>(edges.get(start));
        while (!frontier.isEmpty()) {
          Xid next = frontier.remove(frontier.size() - 1);
          if (reached.add(next)) {
            frontier.addAll(edges.getOrDefault(next, Set.of()));
          }
        }
        assertThat(reached).as("a cycle through " + start).doesNotContain(start);
      }
    }

    private static void addIfConflicting(
        Claim claim, Xid owner, List<LockRequest> locks, Set<Xid> to) {
      for (LockRequest wanted : claim.locks()) {
        for (LockRequest held : locks) {
          if (!owner.equals(claim.xid())
              && wanted.key().equals(held.key())
              && !wanted.mode().isCompatibleWith(held.mode())) {
            to.add(owner);
          }
        }
      }
    }
  }

  @Test
  void nobodyIsForgottenInLineAndNoCycleStands() {
    int grants = 0;
    int cycles = 0;
    for (long seed = 1; seed <= 300; seed++) {
      Model model = new Model(seed);
      try {
        for (int i = 0; i < 300; i++) {
          model.step();
          model.assertNoDeadlock();
          if (model.random.nextInt(20) == 0) {
            model.assertNobodyIsForgotten();
          }
        }
      } catch (AssertionError | RuntimeException failure) {
        throw new AssertionError("seed " + seed + ": " + failure.getMessage(), failure);
      }
      grants += model.grants;
      cycles += model.cycles;
    }
    assertThat(grants).isGreaterThan(1_000);
    assertThat(cycles).isGreaterThan(100);
  }
}
