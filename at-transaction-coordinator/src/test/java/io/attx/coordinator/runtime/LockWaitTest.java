package io.attx.coordinator.runtime;

import static io.attx.coordinator.runtime.RegistrationTest.assertRefused;
import static io.attx.coordinator.runtime.TestCoordinator.STOCK;
import static io.attx.coordinator.runtime.TestCoordinator.exclusive;
import static io.attx.coordinator.runtime.TestCoordinator.keyShare;
import static io.attx.coordinator.runtime.TestCoordinator.update;
import static org.assertj.core.api.Assertions.assertThat;

import io.attx.BranchRef;
import io.attx.LocalEnd;
import io.attx.LockRequest;
import io.attx.Xid;
import io.attx.coordinator.runtime.TestCoordinator.TestClient;
import io.attx.protocol.BranchGranted;
import io.attx.protocol.BranchResult;
import io.attx.protocol.CheckLocks;
import io.attx.protocol.Done;
import io.attx.protocol.RefusalCode;
import io.attx.protocol.Refused;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LockWaitTest {
  private final TestCoordinator coordinator = new TestCoordinator();
  private final TestClient a = coordinator.client("a");
  private final TestClient b = coordinator.client("b");
  private final TestClient c = coordinator.client("c");

  private Xid holding(TestClient client, LockRequest... locks) {
    Xid xid = client.xid();
    client.committedBranch(xid, STOCK, locks);
    return xid;
  }

  @Test
  void aConflictIsRefusedAtOnceWithTheHolderWhenNobodyWantsToWait() {
    Xid holder = holding(a, update("1"));
    Refused refused = (Refused) b.register(b.branch(b.xid()), STOCK, update("1"));
    assertThat(refused.code()).isEqualTo(RefusalCode.LOCK_CONFLICT);
    assertThat(refused.holder()).isEqualTo(holder);
    assertThat(refused.message()).contains("t[1]").contains(holder.toString());
  }

  @Test
  void aWaiterIsGrantedWhenTheHolderCommits() {
    Xid holder = holding(a, update("1"));
    long waiting = b.registerAndWait(b.branch(b.xid()), STOCK, update("1"));
    assertThat(b.answer(waiting)).isNull();
    assertThat(coordinator.status().counts().waiting()).isEqualTo(1);
    a.commit(holder);
    assertThat(b.answer(waiting)).isInstanceOf(BranchGranted.class);
    assertThat(coordinator.status().counts().waiting()).isZero();
  }

  @Test
  void aConflictIsParkedBeforeItIsProposed() {
    holding(a, update("1"));
    int before = coordinator.disk.entries().size();
    b.registerAndWait(b.branch(b.xid()), STOCK, update("1"));
    assertThat(coordinator.disk.entries()).hasSize(before);
  }

  @Test
  void waitersAreServedInTheOrderInWhichTheyCame() {
    Xid first = holding(a, update("1"));
    Xid second = b.xid();
    BranchRef branch = b.branch(second);
    long waits = b.registerAndWait(branch, STOCK, update("1"));
    long last = c.registerAndWait(c.branch(c.xid()), STOCK, update("1"));
    a.commit(first);
    assertThat(b.answer(waits)).isInstanceOf(BranchGranted.class);
    assertThat(c.answer(last)).isNull();
    b.report(branch, LocalEnd.LOCALLY_COMMITTED);
    b.commit(second);
    assertThat(c.answer(last)).isInstanceOf(BranchGranted.class);
  }

  @Test
  void aNewcomerDoesNotOvertakeACompatibleHoldersWaiter() {
    Xid shared = holding(a, keyShare("1"));
    long exclusive = b.registerAndWait(b.branch(b.xid()), STOCK, exclusive("1"));
    long newcomer = c.registerAndWait(c.branch(c.xid()), STOCK, keyShare("1"));
    assertThat(b.answer(exclusive)).isNull();
    assertThat(c.answer(newcomer)).as("it would starve the exclusive waiter").isNull();
    a.commit(shared);
    assertThat(b.answer(exclusive)).isInstanceOf(BranchGranted.class);
    assertThat(c.answer(newcomer)).isNull();
  }

  @Test
  void compatibleModesAreHeldTogether() {
    holding(a, keyShare("1"));
    assertThat(b.register(b.branch(b.xid()), STOCK, keyShare("1")))
        .isInstanceOf(BranchGranted.class);
    assertThat(c.register(c.branch(c.xid()), STOCK, update("1"))).isInstanceOf(BranchGranted.class);
  }

  @Test
  void aWaitEndsAtItsDeadlineWithTheHolder() {
    Xid holder = holding(a, update("1"));
    long waiting = b.registerAndWait(b.branch(b.xid()), STOCK, update("1"));
    coordinator.advance(Duration.ofMillis(2_999));
    assertThat(b.answer(waiting)).isNull();
    coordinator.advance(Duration.ofMillis(1));
    Refused refused = (Refused) b.answer(waiting);
    assertThat(refused.code()).isEqualTo(RefusalCode.LOCK_CONFLICT);
    assertThat(refused.holder()).isEqualTo(holder);
    a.commit(holder);
    assertThat(c.register(c.branch(c.xid()), STOCK, update("1")))
        .as("who gave up is out of the line")
        .isInstanceOf(BranchGranted.class);
  }

  @Test
  void registrationIsAllOrNothing() {
    holding(a, update("2"));
    long waiting = b.registerAndWait(b.branch(b.xid()), STOCK, update("1"), update("2"));
    assertThat(b.answer(waiting)).isNull();
    assertThat(coordinator.status().counts().locks()).isEqualTo(1);
  }

  @Test
  void aTransactionGetsItsOwnRowAgainAndStronger() {
    Xid xid = holding(a, keyShare("1"));
    assertThat(a.register(a.branch(xid), STOCK, keyShare("1"))).isInstanceOf(BranchGranted.class);
    assertThat(a.register(a.branch(xid), STOCK, exclusive("1"))).isInstanceOf(BranchGranted.class);
    assertRefused(b.register(b.branch(b.xid()), STOCK, keyShare("1")), RefusalCode.LOCK_CONFLICT);
  }

  @Test
  void theHolderPassesThoseWhoWaitForIt() {
    Xid xid = holding(a, keyShare("1"));
    long waiting = b.registerAndWait(b.branch(b.xid()), STOCK, exclusive("1"));
    assertThat(a.register(a.branch(xid), STOCK, exclusive("1"))).isInstanceOf(BranchGranted.class);
    assertThat(b.answer(waiting)).isNull();
  }

  @Test
  void aWaiterBlockedElsewhereDoesNotStopTheTransactionThatItWaitsFor() {
    Xid xid = holding(a, update("2"));
    long waiting = b.registerAndWait(b.branch(b.xid()), STOCK, update("1"), update("2"));
    assertThat(a.register(a.branch(xid), STOCK, update("1"))).isInstanceOf(BranchGranted.class);
    assertThat(b.answer(waiting)).isNull();
  }

  @Test
  void theYoungestOfACycleIsRefusedAndTheOthersGoOn() {
    Xid old = holding(a, update("1"));
    Xid young = holding(b, update("2"));
    long oldWaits = a.registerAndWait(a.branch(old), STOCK, update("2"));
    long youngWaits = b.registerAndWait(b.branch(young), STOCK, update("1"));
    assertRefused(b.answer(youngWaits), RefusalCode.LOCK_CYCLE);
    assertThat(a.answer(oldWaits)).isNull();
    b.rollback(young);
    assertThat(a.answer(oldWaits)).as("the row of the young one is not undone yet").isNull();
  }

  @Test
  void theYoungestLosesAlsoWhenTheOldestClosesTheCycle() {
    Xid old = holding(a, update("1"));
    Xid young = holding(b, update("2"));
    long youngWaits = b.registerAndWait(b.branch(young), STOCK, update("1"));
    long oldWaits = a.registerAndWait(a.branch(old), STOCK, update("2"));
    assertRefused(b.answer(youngWaits), RefusalCode.LOCK_CYCLE);
    assertThat(a.answer(oldWaits)).isNull();
  }

  @Test
  void aCycleOverThreeTransactionsIsFound() {
    Xid one = holding(a, update("1"));
    Xid two = holding(b, update("2"));
    Xid three = holding(c, update("3"));
    long first = a.registerAndWait(a.branch(one), STOCK, update("2"));
    long second = b.registerAndWait(b.branch(two), STOCK, update("3"));
    assertThat(a.answer(first)).isNull();
    assertThat(b.answer(second)).isNull();
    long third = c.registerAndWait(c.branch(three), STOCK, update("1"));
    assertRefused(c.answer(third), RefusalCode.LOCK_CYCLE);
    assertThat(a.answer(first)).isNull();
    assertThat(b.answer(second)).isNull();
  }

  @Test
  void aWaiterWithRowLocksIsRefusedAtOnceWhenTheHolderStartsToRollBack() {
    Xid holder = holding(a, update("1"));
    long withRows = b.registerHoldingRows(b.branch(b.xid()), STOCK, update("1"));
    long without = c.registerAndWait(c.branch(c.xid()), STOCK, update("1"));
    assertThat(b.answer(withRows)).isNull();
    a.rollback(holder);
    Refused refused = (Refused) b.answer(withRows);
    assertThat(refused.code()).isEqualTo(RefusalCode.HOLDER_ROLLING_BACK);
    assertThat(refused.holder()).isEqualTo(holder);
    assertThat(c.answer(without)).isNull();
  }

  @Test
  void aHolderThatRollsBackRefusesNewWaitersWithRowLocks() {
    Xid holder = holding(a, update("1"));
    a.rollback(holder);
    long withRows = b.registerHoldingRows(b.branch(b.xid()), STOCK, update("1"));
    assertRefused(b.answer(withRows), RefusalCode.HOLDER_ROLLING_BACK);
  }

  @Test
  void aWaiterWithoutRowLocksIsGrantedWhenTheHoldersBranchIsUndone() {
    a.serve(STOCK);
    Xid holder = a.xid();
    BranchRef branch = a.committedBranch(holder, STOCK, update("1"));
    long waiting = b.registerAndWait(b.branch(b.xid()), STOCK, update("1"));
    a.rollback(holder);
    assertThat(b.answer(waiting)).isNull();
    a.result(branch, STOCK, BranchResult.Outcome.UNDONE);
    assertThat(b.answer(waiting)).isInstanceOf(BranchGranted.class);
  }

  @Test
  void aRepeatedRequestMergesAndTheNewestConnectionIsAnswered() {
    Xid holder = holding(a, update("1"));
    BranchRef branch = b.branch(b.xid());
    b.registerAndWait(branch, STOCK, update("1"));
    b.disconnect();
    b.resume();
    long again = b.registerAndWait(branch, STOCK, update("1"));
    assertThat(coordinator.status().counts().waiting()).isEqualTo(1);
    a.commit(holder);
    assertThat(b.answer(again)).isInstanceOf(BranchGranted.class);
  }

  @Test
  void aWaiterWhoseConnectionIsGoneGetsNoLocks() {
    Xid holder = holding(a, update("1"));
    b.registerAndWait(b.branch(b.xid()), STOCK, update("1"));
    long behind = c.registerAndWait(c.branch(c.xid()), STOCK, update("1"));
    b.disconnect();
    a.commit(holder);
    assertThat(c.answer(behind)).isInstanceOf(BranchGranted.class);
  }

  @Test
  void aWaiterThatIsGivenUpLeavesTheLine() {
    Xid holder = holding(a, update("1"));
    BranchRef branch = b.branch(b.xid());
    long waiting = b.registerAndWait(branch, STOCK, update("1"));
    b.report(branch, LocalEnd.FAILED);
    assertRefused(b.answer(waiting), RefusalCode.BRANCH_REFUSED);
    a.commit(holder);
    assertThat(coordinator.status().counts().locks()).isZero();
  }

  @Test
  void theWaitersOfATransactionThatIsDecidedAreRefused() {
    holding(a, update("1"));
    Xid xid = holding(b, update("2"));
    long waiting = b.registerAndWait(b.branch(xid), STOCK, update("1"));
    b.rollback(xid);
    assertRefused(b.answer(waiting), RefusalCode.TRANSACTION_ENDED);
    Xid neverBegun = b.xid();
    long first = b.registerAndWait(b.branch(neverBegun), STOCK, update("1"));
    b.rollback(neverBegun);
    assertRefused(b.answer(first), RefusalCode.TRANSACTION_ENDED);
  }

  @Test
  void aLockCheckWaitsItsTurnAndTakesNothing() {
    Xid holder = holding(a, update("1"));
    long check = b.send(new CheckLocks(b.xid(), STOCK, List.of(exclusive("1")), 3_000, false));
    assertThat(b.answer(check)).isNull();
    a.commit(holder);
    assertThat(b.answer(check)).isInstanceOf(Done.class);
    assertThat(coordinator.status().counts().locks()).isZero();
    assertThat(c.register(c.branch(c.xid()), STOCK, update("1"))).isInstanceOf(BranchGranted.class);
  }

  @Test
  void aLockCheckSeesNoConflictInItsOwnLocks() {
    Xid xid = holding(a, update("1"));
    assertThat(a.ask(new CheckLocks(xid, STOCK, List.of(exclusive("1")), 0, false)))
        .isInstanceOf(Done.class);
    assertRefused(
        b.ask(new CheckLocks(b.xid(), STOCK, List.of(update("1")), 0, false)),
        RefusalCode.LOCK_CONFLICT);
  }

  @Test
  void conflictsWithRegistrationsInFlightArePutInLine() {
    List<Long> ids = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      ids.add(b.send(b.registration(b.branch(b.xid()), STOCK, 3_000, update("1"))));
    }
    coordinator.loop.runDue();
    assertThat(b.link.responses.get(ids.get(0))).isInstanceOf(BranchGranted.class);
    assertThat(b.link.responses.get(ids.get(1))).isNull();
    assertThat(coordinator.status().counts().waiting()).isEqualTo(2);
  }
}
