package io.attx.coordinator.runtime;

import static io.attx.coordinator.runtime.DecisionTest.assertStatus;
import static io.attx.coordinator.runtime.RegistrationTest.assertRefused;
import static io.attx.coordinator.runtime.TestCoordinator.ACCOUNT;
import static io.attx.coordinator.runtime.TestCoordinator.STOCK;
import static io.attx.coordinator.runtime.TestCoordinator.update;
import static org.assertj.core.api.Assertions.assertThat;

import io.attx.BranchRef;
import io.attx.GlobalStatus;
import io.attx.LocalEnd;
import io.attx.Xid;
import io.attx.coordinator.runtime.TestCoordinator.TestClient;
import io.attx.protocol.CommitTransaction;
import io.attx.protocol.Done;
import io.attx.protocol.HelloAccepted;
import io.attx.protocol.Ping;
import io.attx.protocol.QueryTransaction;
import io.attx.protocol.RefusalCode;
import io.attx.protocol.SessionTicket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SessionTest {
  private final TestCoordinator coordinator = new TestCoordinator();
  private final TestClient client = coordinator.client("shop");

  @Test
  void sessionNumbersAreNeverUsedTwice() {
    TestClient other = coordinator.client("other");
    assertThat(other.session.ticket().session()).isGreaterThan(client.session.ticket().session());
    other.disconnect();
    coordinator.advance(Duration.ofMinutes(2));
    coordinator.restart();
    assertThat(coordinator.client("third").session.ticket().session())
        .isGreaterThan(other.session.ticket().session());
  }

  @Test
  void aSessionIsResumedWithItsTicket() {
    client.disconnect();
    client.resume();
    HelloAccepted accepted = (HelloAccepted) client.helloAnswer;
    assertThat(accepted.resumed()).isTrue();
    assertThat(accepted.heartbeatMillis()).isEqualTo(5_000);
    assertThat(client.ask(new Ping())).isInstanceOf(Done.class);
  }

  @Test
  void aTicketThatIsNotOursIsRefused() {
    SessionTicket real = client.session.ticket();
    SessionTicket[] wrong = {
      new SessionTicket(real.cluster(), real.session(), real.secret() + 1, 0),
      new SessionTicket(real.cluster(), real.session() + 50, real.secret(), 0),
      new SessionTicket(real.cluster() ^ 1, real.session(), real.secret(), 1_000_000)
    };
    for (SessionTicket ticket : wrong) {
      TestClient thief = coordinator.new TestClient();
      thief.connect("thief", ticket);
      assertRefused(thief.helloAnswer, RefusalCode.SESSION_EXPIRED);
    }
  }

  @Test
  void aClientThatSawALaterPositionIsNotServed() {
    SessionTicket real = client.session.ticket();
    TestClient ahead = coordinator.new TestClient();
    ahead.connect(
        "ahead",
        new SessionTicket(real.cluster(), real.session(), real.secret(), real.position() + 9));
    assertRefused(ahead.helloAnswer, RefusalCode.UNAVAILABLE);
  }

  @Test
  void theNewestConnectionOfASessionWins() {
    TestLink old = client.link;
    client.resume();
    assertThat(old.closedByCoordinator).isTrue();
    assertThat(client.ask(new Ping())).isInstanceOf(Done.class);
    coordinator.runtime.closed(old);
    coordinator.loop.runDue();
    assertThat(client.ask(new Ping())).isInstanceOf(Done.class);
  }

  @Test
  void aConnectionWithoutHelloGetsNothing() {
    TestClient rude = coordinator.new TestClient();
    assertRefused(rude.ask(new Ping()), RefusalCode.SESSION_EXPIRED);
  }

  @Test
  void aSecondHelloIsABadRequest() {
    assertRefused(
        client.ask(new io.attx.protocol.Hello(1, 1, "", "again", null)), RefusalCode.BAD_REQUEST);
  }

  @Test
  void aSessionThatIsAwayTooLongIsExpired() {
    client.disconnect();
    coordinator.advance(Duration.ofSeconds(59));
    assertThat(coordinator.status().counts().sessions()).isEqualTo(1);
    coordinator.advance(Duration.ofSeconds(4));
    assertThat(coordinator.status().counts().sessions()).isZero();
    client.resume();
    assertRefused(client.helloAnswer, RefusalCode.SESSION_EXPIRED);
  }

  @Test
  void aSilentConnectionIsClosedAndItsSessionExpires() {
    coordinator.silence(Duration.ofSeconds(22));
    assertThat(client.link.closedByCoordinator).isTrue();
    coordinator.silence(Duration.ofSeconds(63));
    assertThat(coordinator.status().counts().sessions()).isZero();
  }

  @Test
  void theDeathOfTheManagerRollsItsUndecidedTransactionsBack() {
    TestClient service = coordinator.client("service");
    Xid xid = client.xid();
    client.committedBranch(xid, STOCK, update("1"));
    service.committedBranch(xid, ACCOUNT, update("1"));
    Xid ofService = service.xid();
    service.committedBranch(ofService, ACCOUNT, update("2"));
    client.committedBranch(ofService, STOCK, update("2"));
    client.disconnect();
    coordinator.advance(Duration.ofSeconds(20));
    assertStatus(service.ask(new QueryTransaction(xid)), GlobalStatus.ACTIVE);
    coordinator.advance(Duration.ofSeconds(8));
    assertThat(coordinator.status().counts().active()).isEqualTo(2);
    assertStatus(service.commit(ofService), GlobalStatus.COMMITTING);
    coordinator.advance(Duration.ofSeconds(40));
    assertStatus(service.ask(new QueryTransaction(xid)), GlobalStatus.ROLLING_BACK);
  }

  @Test
  void aPendingCommitRollsBackWhenTheOwnerOfAnOpenBranchIsExpired() {
    TestClient service = coordinator.client("service");
    Xid xid = client.xid();
    client.ask(
        new io.attx.protocol.BeginTransaction(
            xid, new io.attx.protocol.BeginInfo("long", 600_000)));
    BranchRef open = service.branch(xid);
    service.register(open, ACCOUNT);
    service.disconnect();
    long commit = client.send(new CommitTransaction(xid, List.of()));
    coordinator.advance(Duration.ofSeconds(55));
    assertThat(client.answer(commit)).isNull();
    coordinator.advance(Duration.ofSeconds(10));
    assertStatus(client.answer(commit), GlobalStatus.ROLLING_BACK);
  }

  @Test
  void aCommitOverAnOpenBranchOfADeadSessionRollsBackAtOnce() {
    TestClient service = coordinator.client("service");
    Xid xid = client.xid();
    client.ask(
        new io.attx.protocol.BeginTransaction(
            xid, new io.attx.protocol.BeginInfo("long", 600_000)));
    service.register(service.branch(xid), ACCOUNT);
    service.disconnect();
    coordinator.advance(Duration.ofSeconds(65));
    assertStatus(client.commit(xid), GlobalStatus.ROLLING_BACK);
  }

  @Test
  void aClientThatReconnectsIsAskedForTheLocalEndsThatAreMissing() {
    TestClient service = coordinator.client("service");
    Xid xid = client.xid();
    client.committedBranch(xid, STOCK);
    BranchRef open = service.branch(xid);
    service.register(open, ACCOUNT);
    service.disconnect();
    long commit = client.send(new CommitTransaction(xid, List.of()));
    assertThat(client.answer(commit)).isNull();
    service.resume();
    assertThat(service.link.asks()).hasSize(1);
    assertThat(service.link.asks().get(0).branches()).containsExactly(open);
    service.report(open, LocalEnd.LOCALLY_COMMITTED);
    assertStatus(client.answer(commit), GlobalStatus.COMMITTING);
  }

  @Test
  void aBranchOfADeadSessionStaysRefused() {
    TestClient service = coordinator.client("service");
    BranchRef late = service.branch(client.xid());
    client.committedBranch(late.xid(), STOCK);
    service.disconnect();
    coordinator.advance(Duration.ofSeconds(65));
    assertThat(service.ask(service.registration(late, ACCOUNT, 0)))
        .hasFieldOrPropertyWithValue("code", RefusalCode.SESSION_EXPIRED);
  }

  @Test
  void aClonedDatabaseIsRefused() {
    TestClient other = coordinator.client("other");
    assertThat(client.serveFrom("server-1", STOCK)).isInstanceOf(Done.class);
    assertRefused(other.serveFrom("server-2", STOCK), RefusalCode.CLONED_RESOURCE);
    assertThat(other.serveFrom("server-1", STOCK)).isInstanceOf(Done.class);
    assertThat(other.serveFrom("", STOCK)).isInstanceOf(Done.class);
    client.disconnect();
    assertThat(other.serveFrom("server-2", STOCK)).isInstanceOf(Done.class);
  }

  @Test
  void moreThanTheBoundedNumberOfRequestsIsRefused() {
    CoordinatorSettings defaults = CoordinatorSettings.defaults();
    TestCoordinator small =
        new TestCoordinator(
            new CoordinatorSettings(
                defaults.sessions(),
                new CoordinatorSettings.Intake(2, 2, 4, 1 << 20),
                defaults.phaseTwo()));
    TestClient busy = small.client("busy");
    long first = busy.send(new Ping());
    long second = busy.send(new Ping());
    long third = busy.send(new Ping());
    assertRefused(busy.link.responses.get(third), RefusalCode.UNAVAILABLE);
    assertThat(busy.answer(first)).isInstanceOf(Done.class);
    assertThat(busy.answer(second)).isInstanceOf(Done.class);
  }
}
