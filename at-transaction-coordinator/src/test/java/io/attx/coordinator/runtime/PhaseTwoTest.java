package io.attx.coordinator.runtime;

import static io.attx.coordinator.runtime.DecisionTest.assertStatus;
import static io.attx.coordinator.runtime.TestCoordinator.ACCOUNT;
import static io.attx.coordinator.runtime.TestCoordinator.STOCK;
import static io.attx.coordinator.runtime.TestCoordinator.update;
import static org.assertj.core.api.Assertions.assertThat;

import io.attx.BranchRef;
import io.attx.GlobalStatus;
import io.attx.LocalEnd;
import io.attx.Xid;
import io.attx.coordinator.runtime.TestCoordinator.TestClient;
import io.attx.protocol.BranchCommand;
import io.attx.protocol.BranchCommand.Action;
import io.attx.protocol.BranchFate;
import io.attx.protocol.BranchFates;
import io.attx.protocol.BranchResult.Outcome;
import io.attx.protocol.QueryBranches;
import io.attx.protocol.QueryTransaction;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PhaseTwoTest {
  private final TestCoordinator coordinator = new TestCoordinator();
  private final TestClient client = coordinator.client("shop");

  private BranchFate fate(BranchRef ref) {
    return ((BranchFates) client.ask(new QueryBranches(List.of(ref)))).fates().get(0);
  }

  private static List<BranchRef> refs(List<BranchCommand> commands) {
    return commands.stream().map(BranchCommand::ref).toList();
  }

  @Test
  void aCommittedTransactionIsForgottenWhenAllItsUndoRowsAreDeleted() {
    client.serve(STOCK, ACCOUNT);
    Xid xid = client.xid();
    BranchRef one = client.committedBranch(xid, STOCK, update("1"));
    BranchRef two = client.committedBranch(xid, ACCOUNT, update("1"));
    client.commit(xid);
    List<BranchCommand> work = client.work();
    assertThat(refs(work)).containsExactlyInAnyOrder(one, two);
    assertThat(work).allMatch(command -> command.action() == Action.COMMIT);
    client.result(one, STOCK, Outcome.UNDO_DELETED);
    assertStatus(client.ask(new QueryTransaction(xid)), GlobalStatus.COMMITTING);
    client.result(two, ACCOUNT, Outcome.UNDO_DELETED);
    assertStatus(client.ask(new QueryTransaction(xid)), GlobalStatus.COMMITTED);
    assertThat(coordinator.status().counts().committing()).isZero();
    assertThat(client.work()).isEmpty();
  }

  @Test
  void manyCommitsTravelInOneMessage() {
    client.serve(STOCK);
    for (int i = 0; i < 20; i++) {
      Xid xid = client.xid();
      client.committedBranch(xid, STOCK, update("r" + i));
      client.commit(xid);
    }
    coordinator.advance(Duration.ofMillis(20));
    assertThat(client.link.pushes).hasSize(1);
    assertThat(client.link.takeCommands()).hasSize(20);
  }

  @Test
  void branchesOfOneResourceAreUndoneStrictlyInReverseOrder() {
    client.serve(STOCK, ACCOUNT);
    Xid xid = client.xid();
    BranchRef first = client.committedBranch(xid, STOCK, update("1"));
    BranchRef second = client.committedBranch(xid, STOCK, update("2"));
    BranchRef other = client.committedBranch(xid, ACCOUNT, update("1"));
    BranchRef third = client.committedBranch(xid, STOCK, update("3"));
    client.rollback(xid);
    assertThat(refs(client.work())).containsExactlyInAnyOrder(third, other);
    client.result(third, STOCK, Outcome.UNDONE);
    assertThat(client.work())
        .extracting(BranchCommand::ref, BranchCommand::action)
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple(second, Action.ROLLBACK),
            org.assertj.core.groups.Tuple.tuple(third, Action.FORGET));
    client.result(second, STOCK, Outcome.UNDONE);
    assertThat(refs(client.work())).contains(first);
  }

  @Test
  void aRollbackIsSentWithoutWaitingForMore() {
    client.serve(STOCK);
    Xid xid = client.xid();
    client.committedBranch(xid, STOCK, update("1"));
    client.rollback(xid);
    assertThat(client.link.takeCommands()).hasSize(1);
  }

  @Test
  void aRowIsFreeWhenTheLastBranchThatHoldsItIsUndone() {
    client.serve(STOCK);
    Xid xid = client.xid();
    BranchRef first = client.committedBranch(xid, STOCK, update("1"));
    BranchRef second = client.committedBranch(xid, STOCK, update("1"));
    client.rollback(xid);
    client.result(second, STOCK, Outcome.UNDONE);
    assertThat(coordinator.status().counts().locks()).isEqualTo(1);
    client.result(first, STOCK, Outcome.UNDONE);
    assertThat(coordinator.status().counts().locks()).isZero();
    assertStatus(client.ask(new QueryTransaction(xid)), GlobalStatus.ROLLED_BACK);
  }

  @Test
  void anUnreportedBranchIsRolledBackAsNotKnownToBeCommitted() {
    client.serve(STOCK);
    Xid xid = client.xid();
    BranchRef open = client.branch(xid);
    client.register(open, STOCK, update("1"));
    client.rollback(xid);
    BranchCommand command = client.work().get(0);
    assertThat(command.action()).isEqualTo(Action.ROLLBACK);
    assertThat(command.locallyCommitted()).isFalse();
    Xid other = client.xid();
    client.committedBranch(other, STOCK, update("2"));
    client.rollback(other);
    assertThat(client.work().get(0).locallyCommitted()).isTrue();
  }

  @Test
  void aFenceStaysUntilItsOwnerHasReported() {
    client.serve(STOCK);
    Xid xid = client.xid();
    BranchRef open = client.branch(xid);
    client.register(open, STOCK, update("1"));
    client.rollback(xid);
    client.work();
    client.result(open, STOCK, Outcome.FENCED);
    assertThat(client.work()).isEmpty();
    assertThat(fate(open)).isEqualTo(BranchFate.LIVE);
    client.report(open, LocalEnd.FAILED);
    assertThat(client.work()).extracting(BranchCommand::action).containsExactly(Action.FORGET);
    assertThat(fate(open)).isEqualTo(BranchFate.ROLLED_BACK);
    client.result(open, STOCK, Outcome.UNDO_DELETED);
    assertThat(coordinator.status().counts().rolledBack()).isZero();
  }

  @Test
  void theMarkerOfACompensatedBranchGoesAtOnceAlsoWithoutAReport() {
    client.serve(STOCK);
    BranchRef open = client.branch(client.xid());
    client.register(open, STOCK, update("1"));
    client.rollback(open.xid());
    client.work();
    client.result(open, STOCK, Outcome.UNDONE);
    assertThat(client.work()).extracting(BranchCommand::action).containsExactly(Action.FORGET);
    assertThat(client.link.asks()).isEmpty();
  }

  @Test
  void theOwnerOfAFenceIsAskedForItsLocalEnd() {
    client.serve(STOCK);
    BranchRef open = client.branch(client.xid());
    client.register(open, STOCK, update("1"));
    client.rollback(open.xid());
    assertThat(client.link.asks()).isEmpty();
    client.result(open, STOCK, Outcome.FENCED);
    assertThat(client.link.asks()).hasSize(1);
    assertThat(client.link.asks().get(0).branches()).containsExactly(open);
  }

  @Test
  void aFenceOfAnExpiredSessionStaysForADay() {
    TestClient dead = coordinator.client("dead");
    client.serve(STOCK);
    Xid xid = client.xid();
    client.committedBranch(xid, ACCOUNT);
    BranchRef open = dead.branch(xid);
    dead.register(open, STOCK, update("1"));
    client.rollback(xid);
    client.work();
    client.result(open, STOCK, Outcome.FENCED);
    dead.disconnect();
    coordinator.advance(Duration.ofMinutes(2));
    coordinator.advance(Duration.ofHours(23));
    assertThat(client.link.takeCommands()).isEmpty();
    coordinator.advance(Duration.ofHours(1));
    assertThat(client.link.takeCommands())
        .extracting(BranchCommand::action)
        .contains(Action.FORGET);
    client.result(open, STOCK, Outcome.UNDO_DELETED);
    assertThat(fate(open)).isEqualTo(BranchFate.ROLLED_BACK);
  }

  @Test
  void deletionOfAFenceIsNotAcceptedBeforeItsTime() {
    client.serve(STOCK);
    Xid xid = client.xid();
    BranchRef open = client.branch(xid);
    client.register(open, STOCK);
    client.rollback(xid);
    client.result(open, STOCK, Outcome.FENCED);
    client.result(open, STOCK, Outcome.UNDO_DELETED);
    assertThat(coordinator.status().counts().rolledBack()).isEqualTo(1);
    assertThat(fate(open)).isEqualTo(BranchFate.LIVE);
  }

  @Test
  void quarantineBlocksTheEarlierBranchesOfItsResourceAndNoOthers() {
    client.serve(STOCK, ACCOUNT);
    Xid xid = client.xid();
    BranchRef earlier = client.committedBranch(xid, STOCK, update("1"));
    BranchRef other = client.committedBranch(xid, ACCOUNT, update("1"));
    BranchRef dirty = client.committedBranch(xid, STOCK, update("2"));
    client.rollback(xid);
    assertThat(refs(client.work())).containsExactlyInAnyOrder(dirty, other);
    client.result(dirty, STOCK, Outcome.QUARANTINED);
    client.result(other, ACCOUNT, Outcome.UNDONE);
    coordinator.advance(Duration.ofHours(1));
    assertThat(refs(client.link.takeCommands())).doesNotContain(earlier, dirty);
    CoordinatorStatus status = coordinator.status();
    assertThat(status.counts().quarantined()).isEqualTo(1);
    assertThat(status.counts().locks()).isEqualTo(2);
  }

  @Test
  void aPassingObstacleIsRetriedWithGrowingPauses() {
    client.serve(STOCK);
    Xid xid = client.xid();
    BranchRef ref = client.committedBranch(xid, STOCK, update("1"));
    client.rollback(xid);
    client.work();
    client.result(ref, STOCK, Outcome.RETRY);
    assertThat(client.link.takeCommands()).isEmpty();
    coordinator.advance(Duration.ofMillis(100));
    assertThat(refs(client.link.takeCommands())).containsExactly(ref);
    for (int i = 0; i < 12; i++) {
      client.result(ref, STOCK, Outcome.RETRY);
      coordinator.advance(Duration.ofSeconds(20));
      assertThat(refs(client.link.takeCommands())).as("retry " + i).containsExactly(ref);
    }
    client.result(ref, STOCK, Outcome.RETRY);
    coordinator.advance(Duration.ofSeconds(9));
    assertThat(client.link.takeCommands()).as("the pause has grown").isEmpty();
  }

  @Test
  void aResourceManagerThatConnectsTriggersWaitingRetriesAtOnce() {
    client.serve(STOCK);
    Xid xid = client.xid();
    BranchRef ref = client.committedBranch(xid, STOCK, update("1"));
    client.rollback(xid);
    for (int i = 0; i < 8; i++) {
      coordinator.advance(Duration.ofSeconds(21));
      client.link.takeCommands();
      client.result(ref, STOCK, Outcome.RETRY);
    }
    assertThat(client.link.takeCommands()).isEmpty();
    TestClient other = coordinator.client("other");
    other.serve(STOCK);
    coordinator.loop.runDue();
    client.link.takeCommands().addAll(other.link.takeCommands());
    assertThat(coordinator.status().resources().get(0).inFlight()).isEqualTo(1);
  }

  @Test
  void anUnansweredCommandIsSentAgain() {
    client.serve(STOCK);
    Xid xid = client.xid();
    BranchRef ref = client.committedBranch(xid, STOCK);
    client.commit(xid);
    assertThat(refs(client.work())).containsExactly(ref);
    coordinator.advance(Duration.ofSeconds(29));
    assertThat(client.link.takeCommands()).isEmpty();
    coordinator.advance(Duration.ofSeconds(2));
    assertThat(refs(client.link.takeCommands())).containsExactly(ref);
  }

  @Test
  void workOfALostConnectionGoesToAnotherSessionOfTheResourceAtOnce() {
    TestClient other = coordinator.client("other");
    client.serve(STOCK);
    Xid xid = client.xid();
    BranchRef ref = client.committedBranch(xid, STOCK, update("1"));
    client.rollback(xid);
    assertThat(refs(client.link.takeCommands())).containsExactly(ref);
    other.serve(STOCK);
    client.disconnect();
    assertThat(refs(other.link.takeCommands())).containsExactly(ref);
  }

  @Test
  void theOwnerOfABranchIsPreferred() {
    TestClient other = coordinator.client("other");
    other.serve(STOCK);
    client.serve(STOCK);
    for (int i = 0; i < 4; i++) {
      Xid xid = client.xid();
      client.committedBranch(xid, STOCK, update("r" + i));
      client.rollback(xid);
    }
    assertThat(client.link.takeCommands()).hasSize(4);
    assertThat(other.link.takeCommands()).isEmpty();
  }

  @Test
  void aDeadResourceDelaysNoOther() {
    client.serve(ACCOUNT);
    for (int i = 0; i < 100; i++) {
      Xid dead = client.xid();
      client.committedBranch(dead, STOCK, update("r" + i));
      client.rollback(dead);
    }
    Xid xid = client.xid();
    BranchRef alive = client.committedBranch(xid, ACCOUNT, update("1"));
    client.rollback(xid);
    assertThat(refs(client.link.takeCommands())).containsExactly(alive);
  }

  @Test
  void commandsInFlightAreBoundedPerResource() {
    CoordinatorSettings defaults = CoordinatorSettings.defaults();
    CoordinatorSettings.PhaseTwo p = defaults.phaseTwo();
    TestCoordinator small =
        new TestCoordinator(
            new CoordinatorSettings(
                defaults.sessions(),
                defaults.intake(),
                new CoordinatorSettings.PhaseTwo(
                    2, 3, p.linger(), p.timeout(), p.minBackOff(), p.maxBackOff())));
    TestClient few = small.client("few");
    few.serve(STOCK);
    BranchRef[] branches = new BranchRef[5];
    for (int i = 0; i < 5; i++) {
      Xid xid = few.xid();
      branches[i] = few.committedBranch(xid, STOCK, update("r" + i));
      few.commit(xid);
    }
    small.advance(Duration.ofMillis(20));
    assertThat(few.link.pushes).hasSize(2);
    assertThat(few.link.takeCommands()).hasSize(3);
    few.result(branches[0], STOCK, Outcome.UNDO_DELETED);
    assertThat(few.link.takeCommands()).hasSize(1);
  }

  @Test
  void fatesArePositiveOnly() {
    Xid committed = client.xid();
    BranchRef done = client.committedBranch(committed, STOCK);
    assertThat(fate(done)).isEqualTo(BranchFate.LIVE);
    client.commit(committed);
    assertThat(fate(done)).isEqualTo(BranchFate.COMMITTED);
    Xid rolledBack = client.xid();
    BranchRef undone = client.committedBranch(rolledBack, STOCK);
    client.rollback(rolledBack);
    assertThat(fate(undone)).isEqualTo(BranchFate.LIVE);
    client.result(undone, STOCK, Outcome.UNDONE);
    assertThat(fate(undone)).isEqualTo(BranchFate.ROLLED_BACK);
    assertThat(fate(new BranchRef(new Xid(77, 1, 1), undone.branch())))
        .isEqualTo(BranchFate.UNKNOWN);
    assertThat(fate(new BranchRef(new Xid(coordinator.cluster, 500, 1), undone.branch())))
        .isEqualTo(BranchFate.UNKNOWN);
  }

  @Test
  void repeatedResultsChangeNothing() {
    client.serve(STOCK);
    Xid xid = client.xid();
    BranchRef ref = client.committedBranch(xid, STOCK, update("1"));
    client.rollback(xid);
    client.result(ref, STOCK, Outcome.UNDONE);
    client.result(ref, STOCK, Outcome.UNDONE);
    client.result(ref, STOCK, Outcome.QUARANTINED);
    assertStatus(client.ask(new QueryTransaction(xid)), GlobalStatus.ROLLED_BACK);
    client.result(ref, STOCK, Outcome.UNDO_DELETED);
    client.result(ref, STOCK, Outcome.UNDO_DELETED);
    client.result(ref, STOCK, Outcome.UNDONE);
    assertThat(coordinator.status().counts().branches()).isZero();
    assertThat(coordinator.fatal).isEmpty();
  }

  @Test
  void resultsThatDoNotBelongToTheDecisionAreIgnored() {
    Xid xid = client.xid();
    BranchRef ref = client.committedBranch(xid, STOCK, update("1"));
    client.result(ref, STOCK, Outcome.UNDO_DELETED);
    client.result(ref, STOCK, Outcome.UNDONE);
    assertStatus(client.commit(xid), GlobalStatus.COMMITTING);
    client.result(ref, STOCK, Outcome.UNDONE);
    client.result(ref, STOCK, Outcome.QUARANTINED);
    assertStatus(client.ask(new QueryTransaction(xid)), GlobalStatus.COMMITTING);
    assertThat(coordinator.fatal).isEmpty();
  }
}
