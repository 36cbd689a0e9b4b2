package io.attx.coordinator.runtime;

import static io.attx.coordinator.runtime.DecisionTest.assertStatus;
import static io.attx.coordinator.runtime.RegistrationTest.assertRefused;
import static io.attx.coordinator.runtime.TestCoordinator.ACCOUNT;
import static io.attx.coordinator.runtime.TestCoordinator.STOCK;
import static io.attx.coordinator.runtime.TestCoordinator.update;
import static org.assertj.core.api.Assertions.assertThat;

import io.attx.BranchRef;
import io.attx.GlobalStatus;
import io.attx.Xid;
import io.attx.coordinator.log.LogMachine;
import io.attx.coordinator.log.NotLeaderException;
import io.attx.coordinator.log.ReplicatedLog;
import io.attx.coordinator.runtime.TestCoordinator.TestClient;
import io.attx.protocol.BranchCommand;
import io.attx.protocol.Hello;
import io.attx.protocol.QueryTransaction;
import io.attx.protocol.RefusalCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RestartTest {
  @Test
  void anEmptyLogIsInitialisedOnceWithAnIncarnation() {
    TestCoordinator coordinator = new TestCoordinator();
    assertThat(coordinator.cluster).isPositive();
    coordinator.restart();
    assertThat(coordinator.runtime.ready().join()).isEqualTo(coordinator.cluster);
  }

  @Test
  void anIncarnationThatTheLogDidNotTakeIsTriedAgain() {
    SimLoop loop = new SimLoop();
    ManualLog log = new ManualLog();
    CoordinatorRuntime runtime =
        new CoordinatorRuntime(
            log,
            loop,
            new Random(1),
            CoordinatorSettings.defaults(),
            failure -> {
              throw new AssertionError(failure);
            });
    runtime.start();
    log.machine.leadershipChanged(true);
    loop.runDue();
    // A log may say that this node leads before it takes entries.
    log.futures.get(0).completeExceptionally(new NotLeaderException(null));
    loop.runDue();
    assertThat(runtime.ready()).isNotDone();

    loop.advance(Duration.ofMillis(100));
    assertThat(log.appended).hasSize(2);
    log.machine.apply(1, log.appended.get(1));
    loop.runDue();

    assertThat(runtime.ready().join()).isPositive();
  }

  @Test
  void phaseTwoGoesOnAfterARestart() {
    TestCoordinator coordinator = new TestCoordinator();
    TestClient client = coordinator.client("shop");
    Xid committed = client.xid();
    BranchRef one = client.committedBranch(committed, STOCK, update("1"));
    Xid rolledBack = client.xid();
    BranchRef two = client.committedBranch(rolledBack, STOCK, update("2"));
    client.commit(committed);
    client.rollback(rolledBack);
    coordinator.restart();
    client.resume();
    client.serve(STOCK);
    assertThat(client.work())
        .extracting(BranchCommand::ref, BranchCommand::action)
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple(one, BranchCommand.Action.COMMIT),
            org.assertj.core.groups.Tuple.tuple(two, BranchCommand.Action.ROLLBACK));
  }

  @Test
  void locksAndWaitingWorkAfterARestartAsBefore() {
    TestCoordinator coordinator = new TestCoordinator();
    TestClient client = coordinator.client("shop");
    Xid xid = client.xid();
    client.committedBranch(xid, STOCK, update("1"));
    coordinator.restart();
    client.resume();
    assertRefused(
        client.register(client.branch(client.xid()), STOCK, update("1")),
        RefusalCode.LOCK_CONFLICT);
    assertStatus(client.commit(xid), GlobalStatus.COMMITTING);
  }

  @Test
  void logTimeGoesOnWhereItWasSoThatDeadlinesHoldAfterARestart() {
    TestCoordinator coordinator = new TestCoordinator();
    TestClient client = coordinator.client("shop");
    Xid xid = client.xid();
    client.committedBranch(xid, STOCK, update("1"));
    coordinator.advance(Duration.ofSeconds(20));
    client.committedBranch(xid, ACCOUNT, update("1"));
    coordinator.restart();
    client.resume();
    coordinator.advance(Duration.ofMillis(9_900));
    assertStatus(client.ask(new QueryTransaction(xid)), GlobalStatus.ACTIVE);
    coordinator.advance(Duration.ofMillis(200));
    assertStatus(client.ask(new QueryTransaction(xid)), GlobalStatus.ROLLING_BACK);
  }

  @Test
  void timePassesInTheLogAlsoWhenNothingElseHappens() {
    TestCoordinator coordinator = new TestCoordinator();
    TestClient client = coordinator.client("shop");
    Xid xid = client.xid();
    client.committedBranch(xid, STOCK, update("1"));
    coordinator.advance(Duration.ofSeconds(28));
    coordinator.restart();
    client.resume();
    coordinator.advance(Duration.ofSeconds(8));
    assertStatus(client.ask(new QueryTransaction(xid)), GlobalStatus.ROLLING_BACK);
  }

  @Test
  void aNodeThatDoesNotLeadRefusesAndFailsWhatWasParked() {
    ManualLog log = new ManualLog();
    SimLoop loop = new SimLoop();
    List<Throwable> fatal = new ArrayList<>();
    CoordinatorRuntime runtime =
        new CoordinatorRuntime(
            log, loop, new Random(1), CoordinatorSettings.defaults(), fatal::add);
    runtime.start();
    TestLink link = new TestLink();
    runtime.request(link, 1, new Hello(2, 2, "", "x", null));
    loop.runDue();
    assertRefused(link.responses.get(1L), RefusalCode.NOT_LEADER);

    log.machine.leadershipChanged(true);
    loop.runDue();
    assertThat(log.appended).hasSize(1);
    runtime.request(link, 2, new Hello(2, 2, "", "x", null));
    loop.runDue();
    assertRefused(link.responses.get(2L), RefusalCode.UNAVAILABLE);
    log.confirm(loop);
    assertThat(runtime.ready()).isCompleted();

    runtime.request(link, 3, new Hello(2, 2, "", "x", null));
    loop.runDue();
    assertThat(link.responses).as("not before it is durable").doesNotContainKey(3L);
    log.machine.leadershipChanged(false);
    loop.runDue();
    assertRefused(link.responses.get(3L), RefusalCode.NOT_LEADER);
    assertThat(fatal).isEmpty();
  }

  @Test
  void anEntryThatWasCertainlyNotAppendedIsRefusedWithTheLeadersAddress() {
    ManualLog log = new ManualLog();
    SimLoop loop = new SimLoop();
    CoordinatorRuntime runtime =
        new CoordinatorRuntime(
            log, loop, new Random(1), CoordinatorSettings.defaults(), failure -> {});
    runtime.start();
    log.machine.leadershipChanged(true);
    loop.runDue();
    log.confirm(loop);
    TestLink link = new TestLink();
    runtime.request(link, 1, new Hello(2, 2, "", "x", null));
    loop.runDue();
    log.futures.get(1).completeExceptionally(new NotLeaderException("other:1"));
    loop.runDue();
    assertRefused(link.responses.get(1L), RefusalCode.NOT_LEADER);
    assertThat(link.responses.get(1L)).hasFieldOrPropertyWithValue("leader", "other:1");
  }

  @Test
  void aCorruptEntryEndsTheProcess() {
    ManualLog log = new ManualLog();
    SimLoop loop = new SimLoop();
    List<Throwable> fatal = new ArrayList<>();
    CoordinatorRuntime runtime =
        new CoordinatorRuntime(
            log, loop, new Random(1), CoordinatorSettings.defaults(), fatal::add);
    runtime.start();
    CompletableFuture<Void> applied = log.machine.apply(1, new byte[] {99, 1, 2});
    loop.runDue();
    assertThat(applied).isCompletedExceptionally();
    assertThat(fatal).hasSize(1);
    assertThat(runtime.ready()).isCompletedExceptionally();
  }

  @Test
  void closingFailsWhatIsParkedAsRetryable() {
    TestCoordinator coordinator = new TestCoordinator();
    TestClient client = coordinator.client("shop");
    client.committedBranch(client.xid(), STOCK, update("1"));
    long waiting = client.registerAndWait(client.branch(client.xid()), STOCK, update("1"));
    SimLoop loop = coordinator.loop;
    coordinator.log.stepDown();
    loop.runDue();
    assertRefused(client.link.responses.get(waiting), RefusalCode.NOT_LEADER);
    assertThat(client.link.closedByCoordinator).isTrue();
  }

  /** A log in which the test says what becomes durable when. */
  private static final class ManualLog implements ReplicatedLog {
    final List<byte[]> appended = new ArrayList<>();
    final List<CompletableFuture<Long>> futures = new ArrayList<>();
    LogMachine machine;
    private int confirmed;

    @Override
    public void start(LogMachine started) {
      machine = started;
    }

    @Override
    public CompletableFuture<Long> append(byte[] entry) {
      appended.add(entry);
      futures.add(new CompletableFuture<>());
      return futures.get(futures.size() - 1);
    }

    void confirm(SimLoop loop) {
      machine.apply(confirmed + 1, appended.get(confirmed));
      confirmed++;
      loop.runDue();
    }

    @Override
    public void close() {}
  }
}
