package io.attx.coordinator.runtime;

import static io.attx.coordinator.runtime.TestCoordinator.ACCOUNT;
import static io.attx.coordinator.runtime.TestCoordinator.STOCK;
import static io.attx.coordinator.runtime.TestCoordinator.update;
import static org.assertj.core.api.Assertions.assertThat;

import io.attx.BranchRef;
import io.attx.GlobalStatus;
import io.attx.LocalEnd;
import io.attx.Xid;
import io.attx.coordinator.runtime.TestCoordinator.TestClient;
import io.attx.protocol.BeginInfo;
import io.attx.protocol.BeginTransaction;
import io.attx.protocol.BranchReport;
import io.attx.protocol.BranchResult;
import io.attx.protocol.CommitTransaction;
import io.attx.protocol.QueryTransaction;
import io.attx.protocol.Response;
import io.attx.protocol.RollbackTransaction;
import io.attx.protocol.TransactionOutcome;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class DecisionTest {
  private final TestCoordinator coordinator = new TestCoordinator();
  private final TestClient manager = coordinator.client("manager");
  private final TestClient service = coordinator.client("service");

  static void assertStatus(Response response, GlobalStatus status) {
    assertThat(response).isInstanceOf(TransactionOutcome.class);
    assertThat(((TransactionOutcome) response).status()).isEqualTo(status);
  }

  private Xid begun() {
    Xid xid = manager.xid();
    manager.ask(new BeginTransaction(xid, new BeginInfo("order", 30_000)));
    return xid;
  }

  @Test
  void aCommitOverLocallyCommittedBranchesFreesAllLocksAtOnce() {
    Xid xid = begun();
    manager.committedBranch(xid, STOCK, update("1"));
    service.committedBranch(xid, ACCOUNT, update("1"));
    assertStatus(manager.commit(xid), GlobalStatus.COMMITTING);
    assertThat(coordinator.status().counts().locks()).isZero();
  }

  @Test
  void reportsMayRideOnTheCommit() {
    Xid xid = begun();
    BranchRef ref = manager.branch(xid);
    manager.register(ref, STOCK, update("1"));
    assertStatus(
        manager.commit(xid, new BranchReport(ref, LocalEnd.LOCALLY_COMMITTED)),
        GlobalStatus.COMMITTING);
  }

  @Test
  void aCommitWithoutBranchesIsCommittedAtOnce() {
    assertStatus(manager.commit(begun()), GlobalStatus.COMMITTED);
  }

  @Test
  void aCommitIsNeverDecidedOverAnOpenBranch() {
    Xid xid = begun();
    BranchRef open = service.branch(xid);
    service.register(open, ACCOUNT, update("1"));
    long commit = manager.send(new CommitTransaction(xid, List.of()));
    assertThat(manager.answer(commit)).isNull();
    assertThat(service.link.asks()).hasSize(1);
    assertThat(service.link.asks().get(0).branches()).containsExactly(open);
    assertThat(coordinator.status().counts().commitPending()).isEqualTo(1);
    service.report(open, LocalEnd.LOCALLY_COMMITTED);
    assertStatus(manager.answer(commit), GlobalStatus.COMMITTING);
  }

  @Test
  void anOpenBranchThatFailsTurnsAPendingCommitIntoARollback() {
    Xid xid = begun();
    manager.committedBranch(xid, STOCK, update("1"));
    BranchRef open = service.branch(xid);
    service.register(open, ACCOUNT, update("1"));
    long commit = manager.send(new CommitTransaction(xid, List.of()));
    service.report(open, LocalEnd.FAILED);
    assertStatus(manager.answer(commit), GlobalStatus.ROLLING_BACK);
    assertThat(((TransactionOutcome) manager.answer(commit)).reason())
        .contains("was rolled back locally");
    assertThat(coordinator.status().counts().locks()).as("account/1 is free").isEqualTo(1);
  }

  @Test
  void aBranchWhoseLocalEndIsUnknownTurnsACommitIntoARollback() {
    Xid before = begun();
    BranchRef lost = service.branch(before);
    service.register(lost, ACCOUNT);
    service.report(lost, LocalEnd.UNKNOWN);
    assertStatus(manager.commit(before), GlobalStatus.ROLLING_BACK);

    Xid after = begun();
    BranchRef open = service.branch(after);
    service.register(open, ACCOUNT);
    long commit = manager.send(new CommitTransaction(after, List.of()));
    service.report(open, LocalEnd.UNKNOWN);
    assertStatus(manager.answer(commit), GlobalStatus.ROLLING_BACK);
  }

  @Test
  void aPendingCommitRollsBackAtTheDeadline() {
    Xid xid = begun();
    service.register(service.branch(xid), ACCOUNT);
    long commit = manager.send(new CommitTransaction(xid, List.of()));
    coordinator.advance(Duration.ofMillis(29_999));
    assertThat(manager.answer(commit)).isNull();
    coordinator.advance(Duration.ofMillis(1));
    assertStatus(manager.answer(commit), GlobalStatus.ROLLING_BACK);
    assertThat(service.link.decided()).hasSize(1);
  }

  @Test
  void anUndecidedTransactionRollsBackAtItsDeadlineAndTellsTheOpenBranches() {
    Xid xid = begun();
    service.register(service.branch(xid), ACCOUNT);
    coordinator.advance(Duration.ofSeconds(30));
    assertStatus(manager.ask(new QueryTransaction(xid)), GlobalStatus.ROLLING_BACK);
    assertThat(service.link.decided()).extracting("xid").containsExactly(xid);
    assertThat(manager.link.decided()).extracting("xid").containsExactly(xid);
  }

  @Test
  void aCommitAfterTheDeadlineIsARollback() {
    Xid xid = begun();
    manager.committedBranch(xid, STOCK);
    coordinator.advance(Duration.ofSeconds(31));
    assertStatus(manager.commit(xid), GlobalStatus.ROLLING_BACK);
  }

  @Test
  void aRepeatedCommitOrRollbackIsAnsweredTheSame() {
    Xid committed = begun();
    assertStatus(manager.commit(committed), GlobalStatus.COMMITTED);
    assertStatus(manager.commit(committed), GlobalStatus.COMMITTED);
    assertStatus(manager.rollback(committed), GlobalStatus.COMMITTED);
    Xid rolledBack = begun();
    assertStatus(manager.rollback(rolledBack), GlobalStatus.ROLLED_BACK);
    assertStatus(manager.commit(rolledBack), GlobalStatus.ROLLED_BACK);
    coordinator.advance(Duration.ofMinutes(9));
    assertStatus(manager.commit(committed), GlobalStatus.COMMITTED);
    coordinator.advance(Duration.ofMinutes(2));
    manager.commit(begun());
    assertStatus(manager.commit(committed), GlobalStatus.UNKNOWN);
  }

  @Test
  void aRollbackOfATransactionThatNeverArrivedStopsItFromArriving() {
    Xid xid = manager.xid();
    assertStatus(manager.rollback(xid), GlobalStatus.ROLLED_BACK);
    assertThat(manager.register(manager.branch(xid), STOCK))
        .hasFieldOrPropertyWithValue("code", io.attx.protocol.RefusalCode.TRANSACTION_ENDED);
  }

  @Test
  void aRollbackCanWaitForTheCompensation() {
    manager.serve(STOCK);
    Xid xid = begun();
    BranchRef branch = manager.committedBranch(xid, STOCK, update("1"));
    long rollback = manager.send(new RollbackTransaction(xid, List.of(), "no stock", 10_000));
    assertThat(manager.answer(rollback)).isNull();
    manager.result(branch, STOCK, BranchResult.Outcome.UNDONE);
    assertStatus(manager.answer(rollback), GlobalStatus.ROLLED_BACK);
    assertThat(((TransactionOutcome) manager.answer(rollback)).reason()).isEqualTo("no stock");
  }

  @Test
  void theWaitForTheCompensationHasAnEnd() {
    Xid xid = begun();
    manager.committedBranch(xid, STOCK, update("1"));
    long rollback = manager.send(new RollbackTransaction(xid, List.of(), "", 2_000));
    coordinator.advance(Duration.ofMillis(1_999));
    assertThat(manager.answer(rollback)).isNull();
    coordinator.advance(Duration.ofMillis(1));
    assertStatus(manager.answer(rollback), GlobalStatus.ROLLING_BACK);
  }

  @Test
  void theWaitForTheCompensationEndsWhenOnlyQuarantinedBranchesAreLeft() {
    manager.serve(STOCK, ACCOUNT);
    Xid xid = begun();
    BranchRef dirty = manager.committedBranch(xid, STOCK, update("1"));
    BranchRef clean = manager.committedBranch(xid, ACCOUNT, update("1"));
    long rollback = manager.send(new RollbackTransaction(xid, List.of(), "", 10_000));
    manager.result(dirty, STOCK, BranchResult.Outcome.QUARANTINED);
    assertThat(manager.answer(rollback)).isNull();
    manager.result(clean, ACCOUNT, BranchResult.Outcome.UNDONE);
    TransactionOutcome outcome = (TransactionOutcome) manager.answer(rollback);
    assertThat(outcome.status()).isEqualTo(GlobalStatus.ROLLING_BACK);
    assertThat(outcome.quarantined()).isEqualTo(1);
  }

  @Test
  void anUnknownTransactionHasAnUnknownState() {
    assertStatus(
        manager.ask(new QueryTransaction(new Xid(coordinator.cluster, 99, 1))),
        GlobalStatus.UNKNOWN);
  }
}
