package io.attx.coordinator.runtime;

import static io.attx.coordinator.runtime.TestCoordinator.ACCOUNT;
import static io.attx.coordinator.runtime.TestCoordinator.STOCK;
import static io.attx.coordinator.runtime.TestCoordinator.exclusive;
import static io.attx.coordinator.runtime.TestCoordinator.update;
import static org.assertj.core.api.Assertions.assertThat;

import io.attx.BranchRef;
import io.attx.GlobalStatus;
import io.attx.LocalEnd;
import io.attx.Xid;
import io.attx.coordinator.runtime.TestCoordinator.TestClient;
import io.attx.protocol.BeginInfo;
import io.attx.protocol.BeginTransaction;
import io.attx.protocol.BranchGranted;
import io.attx.protocol.Done;
import io.attx.protocol.RefusalCode;
import io.attx.protocol.Refused;
import io.attx.protocol.RegisterBranch;
import io.attx.protocol.Response;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RegistrationTest {
  private final TestCoordinator coordinator = new TestCoordinator();
  private final TestClient client = coordinator.client("shop");

  static void assertRefused(Response response, RefusalCode code) {
    assertThat(response).isInstanceOf(Refused.class);
    assertThat(((Refused) response).code()).isEqualTo(code);
  }

  @Test
  void theFirstBranchBeginsItsTransactionAndIsToldTheRemainingTime() {
    Xid xid = client.xid();
    Response answer = client.register(client.branch(xid), STOCK, update("1"));
    assertThat(answer).isInstanceOf(BranchGranted.class);
    assertThat(((BranchGranted) answer).remainingMillis()).isEqualTo(30_000);
    assertThat(((BranchGranted) answer).position()).isPositive();
    assertThat(coordinator.status().counts().active()).isEqualTo(1);
    assertThat(coordinator.status().counts().locks()).isEqualTo(1);
  }

  @Test
  void remainingTimeCountsFromTheBegin() {
    Xid xid = client.xid();
    assertThat(client.ask(new BeginTransaction(xid, new BeginInfo("x", 10_000))))
        .isInstanceOf(Done.class);
    coordinator.advance(Duration.ofSeconds(4));
    BranchGranted granted = (BranchGranted) client.register(client.branch(xid), STOCK);
    assertThat(granted.remainingMillis()).isEqualTo(6_000);
  }

  @Test
  void registeringAgainWithEqualContentIsGrantedAgain() {
    BranchRef ref = client.branch(client.xid());
    assertThat(client.register(ref, STOCK, update("1"))).isInstanceOf(BranchGranted.class);
    assertThat(client.register(ref, STOCK, update("1"))).isInstanceOf(BranchGranted.class);
    assertThat(coordinator.status().counts().branches()).isEqualTo(1);
    assertThat(coordinator.status().counts().locks()).isEqualTo(1);
  }

  @Test
  void registeringAgainWithOtherContentIsRefused() {
    BranchRef ref = client.branch(client.xid());
    client.register(ref, STOCK, update("1"));
    assertRefused(client.register(ref, STOCK, update("2")), RefusalCode.BRANCH_REFUSED);
    assertRefused(client.register(ref, STOCK, exclusive("1")), RefusalCode.BRANCH_REFUSED);
    assertRefused(client.register(ref, ACCOUNT, update("1")), RefusalCode.BRANCH_REFUSED);
  }

  @Test
  void aBranchIdThatWasGivenUpIsRefusedForEver() {
    BranchRef ref = client.branch(client.xid());
    client.report(ref, LocalEnd.FAILED);
    assertRefused(client.register(ref, STOCK), RefusalCode.BRANCH_REFUSED);
    coordinator.restart();
    client.resume();
    assertRefused(client.register(ref, STOCK), RefusalCode.BRANCH_REFUSED);
  }

  @Test
  void aRefusedIdDoesNotForceARollback() {
    Xid xid = client.xid();
    BranchRef done = client.committedBranch(xid, STOCK, update("1"));
    client.report(client.branch(xid), LocalEnd.FAILED);
    assertThat(done).isNotNull();
    assertThat(client.commit(xid)).hasFieldOrPropertyWithValue("status", GlobalStatus.COMMITTING);
  }

  @Test
  void aRegisteredBranchThatFailsLocallyGivesItsLocksBackAtOnce() {
    Xid xid = client.xid();
    BranchRef kept = client.committedBranch(xid, STOCK, update("1"));
    BranchRef failed = client.branch(xid);
    client.register(failed, STOCK, update("1"), update("2"));
    client.report(failed, LocalEnd.FAILED);
    assertThat(coordinator.status().counts().branches()).isEqualTo(1);
    assertThat(coordinator.status().counts().locks())
        .as("row 1 is still held by " + kept)
        .isEqualTo(1);
    assertThat(client.commit(xid)).hasFieldOrPropertyWithValue("status", GlobalStatus.COMMITTING);
  }

  @Test
  void noBranchJoinsATransactionThatIsDecided() {
    Xid committed = client.xid();
    client.committedBranch(committed, STOCK, update("1"));
    client.commit(committed);
    assertRefused(client.register(client.branch(committed), STOCK), RefusalCode.TRANSACTION_ENDED);
    Xid rolledBack = client.xid();
    client.committedBranch(rolledBack, STOCK, update("2"));
    client.rollback(rolledBack);
    assertRefused(client.register(client.branch(rolledBack), STOCK), RefusalCode.TRANSACTION_ENDED);
  }

  @Test
  void noBranchJoinsWhileACommitIsPending() {
    Xid xid = client.xid();
    client.register(client.branch(xid), STOCK);
    client.commit(xid);
    assertRefused(client.register(client.branch(xid), STOCK), RefusalCode.TRANSACTION_ENDED);
  }

  @Test
  void anEndedTransactionIsNeverBegunAgain() {
    Xid xid = client.xid();
    client.rollback(xid);
    assertRefused(client.register(client.branch(xid), STOCK), RefusalCode.TRANSACTION_ENDED);
    assertRefused(
        client.ask(new BeginTransaction(xid, new BeginInfo("x", 1_000))),
        RefusalCode.TRANSACTION_ENDED);
    coordinator.advance(Duration.ofHours(1));
    coordinator.restart();
    client.resume();
    assertRefused(client.register(client.branch(xid), STOCK), RefusalCode.TRANSACTION_ENDED);
  }

  @Test
  void aForeignServiceCannotBeginSomebodyElsesTransaction() {
    TestClient other = coordinator.client("other");
    Xid xid = client.xid();
    assertRefused(other.register(other.branch(xid), STOCK), RefusalCode.UNKNOWN_TRANSACTION);
    RegisterBranch plain = other.registration(other.branch(xid), STOCK, 0);
    RegisterBranch begins =
        new RegisterBranch(
            plain.xid(),
            new BeginInfo("x", 1_000),
            plain.branch(),
            plain.type(),
            plain.resource(),
            plain.locks(),
            0,
            false);
    assertRefused(other.ask(begins), RefusalCode.BAD_REQUEST);
  }

  @Test
  void aTransactionOfAnotherClusterIsUnknown() {
    Xid foreign = new Xid(coordinator.cluster == 1 ? 2 : 1, 1, 1);
    BranchRef ref = client.branch(foreign);
    assertRefused(client.register(ref, STOCK), RefusalCode.UNKNOWN_TRANSACTION);
  }

  @Test
  void aBranchOfAnotherSessionIsABadRequest() {
    TestClient other = coordinator.client("other");
    BranchRef ref = other.branch(client.xid());
    assertRefused(client.register(ref, STOCK), RefusalCode.BAD_REQUEST);
  }

  @Test
  void aTransactionWhoseTimeIsUpTakesNoBranch() {
    Xid xid = client.xid();
    client.register(client.branch(xid), STOCK);
    coordinator.advance(Duration.ofSeconds(31));
    assertRefused(client.register(client.branch(xid), STOCK), RefusalCode.TRANSACTION_ENDED);
    assertThat(coordinator.status().counts().rollingBack()).isEqualTo(1);
  }

  @Test
  void everythingThatWaitsTogetherBecomesOneLogEntry() {
    coordinator.loop.runDue();
    int before = coordinator.disk.entries().size();
    for (int i = 0; i < 50; i++) {
      client.send(client.registration(client.branch(client.xid()), STOCK, 0, update("r" + i)));
    }
    coordinator.loop.runDue();
    assertThat(coordinator.disk.entries()).hasSize(before + 1);
    assertThat(coordinator.status().counts().active()).isEqualTo(50);
  }
}
