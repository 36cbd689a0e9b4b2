package io.attx.coordinator.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Many short lives of a coordinator, three processes and two databases with lost connections,
 * crashes and pauses, each from one seed. {@code -Dattx.simulation.seeds=N} runs more, {@code
 * -Dattx.simulation.seed=S} runs one.
 */
class SimulationTest {
  private static final int DEFAULT_SEEDS = 150;

  @Test
  void everyTransactionEndsAllCommittedOrAllUndoneWhateverCrashes() {
    Long single = Long.getLong("attx.simulation.seed");
    int seeds = Integer.getInteger("attx.simulation.seeds", DEFAULT_SEEDS);
    long first = single == null ? 1 : single;
    int commits = 0;
    int rollbacks = 0;
    int snapshots = 0;
    int quarantines = 0;
    int decisions = 0;
    for (long seed = first; seed < first + (single == null ? seeds : 1); seed++) {
      try {
        ShadowReplica shadow = run(seed);
        commits += shadow.commits;
        rollbacks += shadow.rollbacks;
        snapshots += shadow.snapshots;
        quarantines += shadow.quarantines;
        decisions += shadow.decisionsOfPeople;
      } catch (AssertionError | RuntimeException failure) {
        throw new AssertionError("seed " + seed + ": " + failure.getMessage(), failure);
      }
    }
    assertThat(commits).as("the simulation commits something").isGreaterThan(0);
    assertThat(snapshots).as("the simulation takes snapshots").isGreaterThan(0);
    assertThat(rollbacks).as("the simulation rolls something back").isGreaterThan(0);
    if (single == null && seeds >= DEFAULT_SEEDS) {
      assertThat(quarantines).as("something is held in the simulation").isGreaterThan(0);
      assertThat(decisions).as("people decide something").isGreaterThan(0);
    }
    System.out.println(
        seeds
            + " runs: "
            + commits
            + " commits, "
            + rollbacks
            + " rollbacks, "
            + snapshots
            + " snapshots, "
            + quarantines
            + " reports of quarantine, "
            + decisions
            + " decisions");
  }

  static ShadowReplica run(long seed) {
    SimWorld world = new SimWorld(seed);
    List<SimProcess> processes = new ArrayList<>();
    world.startCoordinator();
    for (int i = 0; i < 3; i++) {
      processes.add(new SimProcess(world, "p" + i));
      processes.get(i).start();
    }
    int steps = 20 + world.random(200);
    for (int i = 0; i < steps; i++) {
      world.advanceMillis(world.random(120));
      act(world, processes);
    }
    heal(world, processes);
    assertAllOver(world);
    return world.shadow;
  }

  private static void act(SimWorld world, List<SimProcess> processes) {
    SimProcess process = processes.get(world.random(processes.size()));
    int dice = world.random(200);
    if (dice < 150) {
      if (process.isReady()) {
        new SimTransaction(world, process, processes).run();
      }
    } else if (dice < 158) {
      world.cutRandomConnection();
    } else if (dice < 161) {
      process.kill();
      world.later(world.random(70_000), process::start);
    } else if (dice < 164 && world.coordinator() != null) {
      world.killCoordinator();
      world.later(world.random(3_000), world::startCoordinator);
    } else if (dice < 170) {
      world.advanceMillis(world.random(10_000));
    } else if (dice < 182) {
      world.meddle();
    } else if (dice < 186) {
      world.operate(false);
    }
  }

  private static void heal(SimWorld world, List<SimProcess> processes) {
    world.advanceMillis(150_000);
    for (int i = 0; i < 30 && !world.shadow.state.transactions().isEmpty(); i++) {
      world.operate(true);
      world.advanceMillis(10_000);
    }
    if (!world.shadow.state.transactions().isEmpty()) {
      // Only fences whose owner died may be left; they go after a day.
      world.advanceMillis(25 * 3_600_000L);
    }
  }

  private static void assertAllOver(SimWorld world) {
    ShadowReplica shadow = world.shadow;
    ShadowReplica.check(!shadow.replayDiffers, "ReplayGivesTheLiveState", shadow.snapshots);
    ShadowReplica.check(
        shadow.state.transactions().isEmpty(), "EveryTransactionEnds", shadow.state.transactions());
    shadow.checkTrail();
    ShadowReplica.check(shadow.state.locks().size() == 0, "NoLockIsLeft", shadow.state.locks());
    for (SimDatabase database : world.databases()) {
      ShadowReplica.check(database.undo.isEmpty(), "NoUndoRowIsLeft", database.undo);
      Map<String, Integer> expected = new HashMap<>();
      database.rows.keySet().forEach(row -> expected.put(row, 0));
      for (SimDatabase.Write write : database.history) {
        ShadowReplica.check(
            shadow.isCommitted(write.ref().xid()), "OnlyCommittedWritesStay", write);
        ShadowReplica.check(
            database.meddled.contains(write.image().row())
                || expected.get(write.image().row()) == write.image().before(),
            "NoDirtyWrite",
            write);
        expected.put(write.image().row(), write.image().after());
      }
      // What people write past the coordinator follows no rule.
      expected.keySet().removeAll(database.meddled);
      assertThat(database.rows).as("TablesShowCommittedWritesOnly").containsAllEntriesOf(expected);
    }
  }
}
