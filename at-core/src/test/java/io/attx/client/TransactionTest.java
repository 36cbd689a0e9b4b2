package io.attx.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.attx.CoordinatorUnavailableException;
import io.attx.GlobalStatus;
import io.attx.GlobalTransactionException;
import io.attx.LocalEnd;
import io.attx.Xid;
import io.attx.protocol.AnnounceResources;
import io.attx.protocol.BeginInfo;
import io.attx.protocol.BeginTransaction;
import io.attx.protocol.BranchReport;
import io.attx.protocol.CommitTransaction;
import io.attx.protocol.Hello;
import io.attx.protocol.RefusalCode;
import io.attx.protocol.Refused;
import io.attx.protocol.RegisterBranch;
import io.attx.protocol.ReportBranches;
import io.attx.protocol.RollbackTransaction;
import io.attx.protocol.TransactionOutcome;
import io.attx.testing.ScriptedCoordinator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TransactionTest extends ClientFixture {
  private DefaultAtClient client;

  @BeforeEach
  void connect() {
    coordinator.start();
    client = connected();
  }

  @AfterEach
  void threadIsUnbound() {
    assertThat(GlobalTransactionContext.current()).isNull();
  }

  private BranchReport report(ClientBranch branch, LocalEnd end) {
    return new BranchReport(branch.ref(), end);
  }

  // ---- begin ----

  @Test
  void beginBindsTheThreadAndSendsNothing() {
    GlobalTransaction tx = client.begin(named("order"));

    assertThat(GlobalTransactionContext.currentXid()).isEqualTo(tx.xid());
    assertThat(tx.xid()).isEqualTo(new Xid(ScriptedCoordinator.CLUSTER, 1, 1));
    assertThatThrownBy(() -> client.begin(named("second")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(tx.xid().toString());
    tx.rollback();
    assertThat(coordinator.requests()).hasOnlyElementsOfType(Hello.class);
  }

  @Test
  void aTransactionWithoutBranchesThatNeverLeftEndsWithoutAMessage() {
    client.begin(named("a")).commit();
    client.begin(named("b")).rollback();
    GlobalTransaction readOnly = client.begin(named("c"));
    branch(client).ended(LocalEnd.LOCALLY_COMMITTED);
    readOnly.commit();

    assertThat(coordinator.requests()).hasOnlyElementsOfType(Hello.class);
  }

  @Test
  void theBeginTravelsWithTheFirstRegistrationOnly() {
    GlobalTransaction tx = client.begin(named("order").timeout(Duration.ofSeconds(30)));
    granted(client).ended(LocalEnd.LOCALLY_COMMITTED);
    granted(client).ended(LocalEnd.LOCALLY_COMMITTED);
    tx.commit();

    List<RegisterBranch> registers = coordinator.requests(RegisterBranch.class);
    BeginInfo begin = registers.get(0).begin();
    assertThat(begin).isNotNull();
    assertThat(begin.name()).isEqualTo("order");
    assertThat(begin.timeoutMillis()).isBetween(25_000L, 30_000L);
    assertThat(registers.get(1).begin()).isNull();
    assertThat(coordinator.requests(BeginTransaction.class)).isEmpty();
  }

  @Test
  void theBeginTravelsAgainWhileNoRegistrationWasAcknowledgedAndIsTheSame() {
    coordinator.on(
        RegisterBranch.class, r -> Refused.of(RefusalCode.LOCK_CONFLICT, "somebody holds it"));
    GlobalTransaction tx = client.begin(named("order"));
    ClientBranch first = branch(client);
    assertThatThrownBy(() -> first.register(locks(1), NO_WAIT, true).join())
        .cause()
        .isInstanceOf(BranchRefusedException.class)
        .hasMessageContaining("somebody holds it")
        .extracting(e -> ((BranchRefusedException) e).code())
        .isEqualTo(RefusalCode.LOCK_CONFLICT);
    first.ended(LocalEnd.FAILED);
    coordinator.reset(RegisterBranch.class);
    granted(client).ended(LocalEnd.LOCALLY_COMMITTED);
    tx.commit();

    List<RegisterBranch> registers = coordinator.requests(RegisterBranch.class);
    assertThat(registers.get(0).begin()).isNotNull();
    assertThat(registers.get(1).begin()).isEqualTo(registers.get(0).begin());
  }

  // ---- export ----

  @Test
  void exportBeginsOnceUnderConcurrency() throws Exception {
    GlobalTransaction tx = client.begin(named("order"));
    Participation participation = GlobalTransactionContext.current();
    coordinator.on(BeginTransaction.class, b -> ScriptedCoordinator.SILENCE);
    ExecutorService pool = Executors.newFixedThreadPool(8);
    List<Future<Xid>> exports = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      exports.add(pool.submit(participation::export));
    }
    await().until(() -> !coordinator.received(BeginTransaction.class).isEmpty());
    coordinator
        .received(BeginTransaction.class)
        .forEach(b -> b.answer(coordinator.happy(b.request())));
    for (Future<Xid> export : exports) {
      assertThat(export.get()).isEqualTo(tx.xid());
    }
    pool.shutdown();
    participation.export();
    granted(client).ended(LocalEnd.LOCALLY_COMMITTED);
    tx.commit();

    assertThat(coordinator.requests(BeginTransaction.class)).hasSize(1);
    assertThat(coordinator.requests(RegisterBranch.class).get(0).begin()).isNull();
  }

  @Test
  void anExportedTransactionIsDecidedByTheCoordinatorEvenWithoutBranchesHere() {
    GlobalTransaction tx = client.begin(named("order"));
    GlobalTransactionContext.current().export();
    tx.commit();

    assertThat(coordinator.requests(CommitTransaction.class))
        .containsExactly(new CommitTransaction(tx.xid(), List.of()));
  }

  @Test
  void aRefusedExportFailsAndMayBeTriedAgain() {
    coordinator.on(BeginTransaction.class, b -> Refused.of(RefusalCode.BAD_REQUEST, "no way"));
    GlobalTransaction tx = client.begin(named("order"));
    Participation participation = GlobalTransactionContext.current();
    assertThatThrownBy(participation::export).hasMessageContaining("no way");
    coordinator.reset(BeginTransaction.class);

    assertThat(participation.export()).isEqualTo(tx.xid());
    tx.rollback();
  }

  @Test
  void aBranchThroughAnotherClientExportsTheTransactionFirst() {
    AtClient other = connected();
    GlobalTransaction tx = client.begin(named("order"));
    ClientBranch branch = granted(other);
    branch.ended(LocalEnd.LOCALLY_COMMITTED);
    tx.commit();

    List<Class<?>> order = new ArrayList<>();
    coordinator.requests().forEach(r -> order.add(r.getClass()));
    assertThat(order.indexOf(BeginTransaction.class))
        .isBetween(0, order.indexOf(RegisterBranch.class));
    assertThat(branch.ref().branch().session()).isEqualTo(2);
    assertThat(coordinator.requests(CommitTransaction.class).get(0).reports()).isEmpty();
    await()
        .untilAsserted(
            () ->
                assertThat(coordinator.requests(ReportBranches.class))
                    .containsExactly(
                        new ReportBranches(List.of(report(branch, LocalEnd.LOCALLY_COMMITTED)))));
  }

  // ---- commit ----

  @Test
  void reportsRideOnTheCommit() {
    GlobalTransaction tx = client.begin(named("order"));
    ClientBranch first = granted(client);
    first.ended(LocalEnd.LOCALLY_COMMITTED);
    ClientBranch second = granted(client);
    second.ended(LocalEnd.UNKNOWN);
    tx.commit();

    assertThat(coordinator.requests(CommitTransaction.class))
        .containsExactly(
            new CommitTransaction(
                tx.xid(),
                List.of(
                    report(first, LocalEnd.LOCALLY_COMMITTED), report(second, LocalEnd.UNKNOWN))));
    assertThat(coordinator.requests(ReportBranches.class)).isEmpty();
  }

  @Test
  void commitWithAnOpenBranchRollsBackAndNamesTheBranch() {
    GlobalTransaction tx = client.begin(named("order"));
    ClientBranch open = granted(client);

    assertThatThrownBy(tx::commit)
        .isInstanceOf(GlobalTransactionException.class)
        .hasMessageContaining(open.ref().branch().toString())
        .hasMessageContaining(RESOURCE.value())
        .hasMessageContaining("still open")
        .extracting(e -> ((GlobalTransactionException) e).status())
        .isEqualTo(GlobalStatus.ROLLED_BACK);

    assertThat(coordinator.requests(CommitTransaction.class)).isEmpty();
    assertThat(coordinator.requests(RollbackTransaction.class))
        .singleElement()
        .extracting(RollbackTransaction::waitMillis)
        .isEqualTo(0L);
    open.ended(LocalEnd.FAILED);
    await()
        .untilAsserted(
            () ->
                assertThat(coordinator.requests(ReportBranches.class))
                    .containsExactly(new ReportBranches(List.of(report(open, LocalEnd.FAILED)))));
  }

  @Test
  void anOpenBranchThatNeverRegisteredKeepsTheCommitAwayAndCanNoLongerRegister() {
    GlobalTransaction tx = client.begin(named("order"));
    ClientBranch open = branch(client);

    assertThatThrownBy(tx::commit)
        .isInstanceOf(GlobalTransactionException.class)
        .hasMessageContaining("still open");

    assertThatThrownBy(() -> open.register(locks(1), NO_WAIT, true).join())
        .cause()
        .isInstanceOf(BranchRefusedException.class)
        .extracting(e -> ((BranchRefusedException) e).code())
        .isEqualTo(RefusalCode.TRANSACTION_ENDED);
    open.ended(LocalEnd.FAILED);
    assertThat(coordinator.requests()).hasOnlyElementsOfType(Hello.class);
  }

  @Test
  void commitAfterTheDeadlineRollsBack() {
    GlobalTransaction tx = client.begin(named("order").timeout(Duration.ofSeconds(20)));
    granted(client).ended(LocalEnd.LOCALLY_COMMITTED);
    jump(Duration.ofSeconds(21));

    assertThatThrownBy(tx::commit)
        .isInstanceOf(GlobalTransactionException.class)
        .hasMessageContaining("PT20S");
    assertThat(coordinator.requests(CommitTransaction.class)).isEmpty();
    assertThat(coordinator.requests(RollbackTransaction.class)).hasSize(1);
  }

  @Test
  void aCommitThatBecameARollbackThrowsWithTheReason() {
    coordinator.on(
        CommitTransaction.class,
        c -> new TransactionOutcome(GlobalStatus.ROLLING_BACK, 1, "stock lost its connection", 0));
    GlobalTransaction tx = client.begin(named("order"));
    granted(client).ended(LocalEnd.LOCALLY_COMMITTED);

    assertThatThrownBy(tx::commit)
        .isInstanceOf(GlobalTransactionException.class)
        .hasMessageContaining("stock lost its connection")
        .hasMessageContaining(tx.xid().toString())
        .extracting(e -> ((GlobalTransactionException) e).status())
        .isEqualTo(GlobalStatus.ROLLING_BACK);
  }

  @Test
  void aCommitWithoutAnAnswerHasAnUnknownOutcomeAndSaysHowToAsk() {
    AtClient impatient = connected(options().requestTimeout(Duration.ofMillis(100)).build());
    coordinator.on(CommitTransaction.class, c -> ScriptedCoordinator.SILENCE);
    GlobalTransaction tx = impatient.begin(named("x").timeout(Duration.ofMillis(300)));
    granted(impatient).ended(LocalEnd.LOCALLY_COMMITTED);

    assertThatThrownBy(tx::commit)
        .isInstanceOf(GlobalTransactionException.class)
        .hasMessageContaining("AtClient.status")
        .hasCauseInstanceOf(CoordinatorUnavailableException.class)
        .extracting(e -> ((GlobalTransactionException) e).status())
        .isEqualTo(GlobalStatus.UNKNOWN);
    assertThat(impatient.status(tx.xid())).isEqualTo(GlobalStatus.COMMITTED);
    // The report rode on a message without an answer, so it goes again by itself.
    await().until(() -> !coordinator.requests(ReportBranches.class).isEmpty());
  }

  @Test
  void committingTwiceIsAMistakeAndRollingBackAfterwardsDoesNothing() {
    GlobalTransaction tx = client.begin(named("order"));
    tx.commit();

    assertThatThrownBy(tx::commit).isInstanceOf(IllegalStateException.class);
    tx.rollback();
    tx.close();
    assertThat(coordinator.requests()).hasOnlyElementsOfType(Hello.class);
  }

  @Test
  void rollbackOnlyIsHonouredByCommit() {
    GlobalTransaction tx = client.begin(named("order"));
    granted(client).ended(LocalEnd.LOCALLY_COMMITTED);
    GlobalTransactionContext.current().setRollbackOnly();

    assertThatThrownBy(tx::commit)
        .isInstanceOf(GlobalTransactionException.class)
        .hasMessageContaining("rollback-only");
    assertThat(coordinator.requests(CommitTransaction.class)).isEmpty();
    assertThat(coordinator.requests(RollbackTransaction.class)).hasSize(1);
  }

  @Test
  void aTransactionWhoseRegistrationsWereAllRefusedCommitsAsEmptyAndIsCleanedUp() {
    coordinator.on(RegisterBranch.class, r -> Refused.of(RefusalCode.LOCK_CONFLICT, "held"));
    GlobalTransaction tx = client.begin(named("order"));
    ClientBranch refused = branch(client);
    assertThatThrownBy(() -> refused.register(locks(1), NO_WAIT, true).join())
        .hasCauseInstanceOf(BranchRefusedException.class);
    refused.ended(LocalEnd.FAILED);

    tx.commit();

    await()
        .untilAsserted(
            () ->
                assertThat(coordinator.requests(RollbackTransaction.class))
                    .singleElement()
                    .extracting(RollbackTransaction::reports)
                    .isEqualTo(List.of(report(refused, LocalEnd.FAILED))));
    assertThat(coordinator.requests(CommitTransaction.class)).isEmpty();
  }

  // ---- rollback ----

  @Test
  void rollbackWaitsForTheCompensation() {
    GlobalTransaction tx = client.begin(named("order"));
    granted(client).ended(LocalEnd.LOCALLY_COMMITTED);
    tx.rollback();

    RollbackTransaction request = coordinator.requests(RollbackTransaction.class).get(0);
    assertThat(request.waitMillis()).isEqualTo(TIMEOUT.toMillis());
    assertThat(request.reports()).hasSize(1);
  }

  @Test
  void aRollbackWithQuarantineThrows() {
    coordinator.on(
        RollbackTransaction.class,
        r -> new TransactionOutcome(GlobalStatus.ROLLING_BACK, 1, "asked for", 2));
    GlobalTransaction tx = client.begin(named("order"));
    granted(client).ended(LocalEnd.LOCALLY_COMMITTED);

    assertThatThrownBy(tx::rollback)
        .isInstanceOf(GlobalTransactionException.class)
        .hasMessageContaining("2 of its branches are in quarantine");
  }

  @Test
  void aRollbackThatGoesOnReturns() {
    coordinator.on(
        RollbackTransaction.class,
        r -> new TransactionOutcome(GlobalStatus.ROLLING_BACK, 1, "asked for", 0));
    GlobalTransaction tx = client.begin(named("order"));
    granted(client).ended(LocalEnd.LOCALLY_COMMITTED);

    tx.rollback();

    assertThat(GlobalTransactionContext.current()).isNull();
  }

  @Test
  void aRollbackOfACommittedTransactionThrows() {
    coordinator.on(RollbackTransaction.class, r -> coordinator.outcome(GlobalStatus.COMMITTED, ""));
    GlobalTransaction tx = client.begin(named("order"));
    granted(client).ended(LocalEnd.LOCALLY_COMMITTED);

    assertThatThrownBy(tx::rollback)
        .isInstanceOf(GlobalTransactionException.class)
        .hasMessageContaining("committed before");
  }

  // ---- execute ----

  @Test
  void executeCommitsAndReturnsTheResult() throws Exception {
    String result =
        client.call(
            named("order"),
            () -> {
              granted(client).ended(LocalEnd.LOCALLY_COMMITTED);
              return "done";
            });

    assertThat(result).isEqualTo("done");
    assertThat(coordinator.requests(CommitTransaction.class)).hasSize(1);
  }

  @Test
  void executeRollsBackOnAnyThrowableAndThrowsIt() {
    StackOverflowError failure = new StackOverflowError("too deep");

    Throwable thrown =
        catchThrowable(
            () ->
                client.execute(
                    named("order"),
                    () -> {
                      granted(client).ended(LocalEnd.LOCALLY_COMMITTED);
                      throw failure;
                    }));

    assertThat(thrown).isSameAs(failure).hasNoSuppressedExceptions();
    assertThat(coordinator.requests(RollbackTransaction.class)).hasSize(1);
  }

  @Test
  void aFailureOfTheRollbackIsSuppressedAndNeverHidesTheCause() {
    coordinator.on(
        RollbackTransaction.class, r -> Refused.of(RefusalCode.BAD_REQUEST, "cannot roll back"));
    IllegalArgumentException failure = new IllegalArgumentException("no stock");

    Throwable thrown =
        catchThrowable(
            () ->
                client.execute(
                    named("order"),
                    () -> {
                      granted(client).ended(LocalEnd.LOCALLY_COMMITTED);
                      throw failure;
                    }));

    assertThat(thrown).isSameAs(failure);
    assertThat(thrown.getSuppressed())
        .singleElement()
        .satisfies(
            second ->
                assertThat(second)
                    .isInstanceOf(GlobalTransactionException.class)
                    .hasMessageContaining("cannot roll back"));
  }

  @Test
  void executeOfRollbackOnlyWorkThrows() {
    assertThatThrownBy(
            () ->
                client.call(
                    named("order"),
                    () -> {
                      granted(client).ended(LocalEnd.LOCALLY_COMMITTED);
                      GlobalTransactionContext.current().setRollbackOnly();
                      return 1;
                    }))
        .isInstanceOf(GlobalTransactionException.class)
        .hasMessageContaining("rollback-only");
  }

  // ---- joined ----

  @Test
  void branchesOfAJoinedTransactionAreReportedAtOnceAndInBatches() {
    Xid foreign = new Xid(ScriptedCoordinator.CLUSTER, 99, 1);
    coordinator.on(ReportBranches.class, r -> ScriptedCoordinator.SILENCE);
    List<BranchReport> expected = new ArrayList<>();
    try (var scope = GlobalTransactionContext.join(foreign)) {
      for (int i = 0; i < 50; i++) {
        ClientBranch branch = granted(client);
        branch.ended(LocalEnd.LOCALLY_COMMITTED);
        expected.add(report(branch, LocalEnd.LOCALLY_COMMITTED));
      }
    }
    await().until(() -> !coordinator.received(ReportBranches.class).isEmpty());
    coordinator.reset(ReportBranches.class);
    var first = coordinator.received(ReportBranches.class).get(0);
    first.answer(coordinator.happy(first.request()));
    await().until(() -> coordinator.requests(ReportBranches.class).size() == 2);

    List<BranchReport> reports = new ArrayList<>();
    coordinator.requests(ReportBranches.class).forEach(r -> reports.addAll(r.reports()));
    assertThat(reports).containsExactlyElementsOf(expected);
    assertThat(coordinator.requests(RegisterBranch.class)).allMatch(r -> r.begin() == null);
  }

  @Test
  void rollbackOnlyOfAJoinedTransactionReachesTheCoordinatorOnce() {
    Xid foreign = new Xid(ScriptedCoordinator.CLUSTER, 99, 1);
    try (var scope = GlobalTransactionContext.join(foreign)) {
      granted(client).ended(LocalEnd.LOCALLY_COMMITTED);
      GlobalTransactionContext.current().setRollbackOnly();
      GlobalTransactionContext.current().setRollbackOnly();
      assertThat(GlobalTransactionContext.current().isRollbackOnly()).isTrue();
    }
    await().until(() -> !coordinator.requests(RollbackTransaction.class).isEmpty());
    assertThat(coordinator.requests(RollbackTransaction.class))
        .singleElement()
        .satisfies(
            r -> {
              assertThat(r.xid()).isEqualTo(foreign);
              assertThat(r.waitMillis()).isZero();
            });
  }

  @Test
  void rollbackOnlyThroughTheClientsJoinNeedsNoBranch() {
    Xid foreign = new Xid(ScriptedCoordinator.CLUSTER, 99, 2);
    try (var scope = client.join(foreign)) {
      GlobalTransactionContext.current().setRollbackOnly();
    }
    await().until(() -> !coordinator.requests(RollbackTransaction.class).isEmpty());
  }

  @Test
  void joiningATransactionOfThisProcessCountsItsBranchesAsItsOwn() throws Exception {
    GlobalTransaction tx = client.begin(named("order"));
    ClientBranch branch =
        CompletableFuture.supplyAsync(
                () -> {
                  try (var scope = GlobalTransactionContext.join(tx.xid())) {
                    return granted(client);
                  }
                })
            .get();

    assertThatThrownBy(tx::commit).hasMessageContaining(branch.ref().branch().toString());
    branch.ended(LocalEnd.FAILED);
  }

  @Test
  void aGrantTellsTheEarlierDeadline() {
    GlobalTransaction tx = client.begin(named("order").timeout(Duration.ofSeconds(10)));
    long before = System.nanoTime();
    ClientBranch branch = branch(client);
    ClientBranch.Grant grant = branch.register(locks(1), NO_WAIT, true).join();

    assertThat(Duration.ofNanos(grant.deadlineNanos() - before).toMillis())
        .isBetween(8_000L, 10_000L);
    branch.ended(LocalEnd.LOCALLY_COMMITTED);
    tx.commit();
  }

  @Test
  void nothingIsAnnouncedWithoutResources() {
    client.begin(named("order")).commit();
    assertThat(coordinator.requests(AnnounceResources.class)).isEmpty();
  }
}
