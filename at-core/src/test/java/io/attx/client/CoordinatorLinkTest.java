package io.attx.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.attx.CoordinatorUnavailableException;
import io.attx.GlobalStatus;
import io.attx.GlobalTransactionException;
import io.attx.LocalEnd;
import io.attx.Xid;
import io.attx.protocol.BranchGranted;
import io.attx.protocol.BranchReport;
import io.attx.protocol.CommitTransaction;
import io.attx.protocol.Hello;
import io.attx.protocol.HelloAccepted;
import io.attx.protocol.Ping;
import io.attx.protocol.QueryTransaction;
import io.attx.protocol.RefusalCode;
import io.attx.protocol.Refused;
import io.attx.protocol.RegisterBranch;
import io.attx.protocol.ReportBranches;
import io.attx.protocol.SessionTicket;
import io.attx.protocol.TransactionOutcome;
import io.attx.testing.LogLines;
import io.attx.testing.ScriptedCoordinator;
import io.attx.transport.RpcServerOptions;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How a client finds its coordinator, loses it, and finds it again. */
class CoordinatorLinkTest extends ClientFixture {
  private final LogLines log = new LogLines("io.attx.client");

  @AfterEach
  void stopLog() {
    log.close();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static Refused notLeader(String leader) {
    return new Refused(RefusalCode.NOT_LEADER, "ask the leader", null, leader);
  }

  // ---- start ----

  @Test
  void aClientStartsWithoutACoordinatorAndFindsItLater() {
    coordinator.start();
    coordinator.stop();
    AtClient client = client(options().build(), tuning());

    await().until(() -> !log.warnings().isEmpty());
    assertThatThrownBy(() -> client.begin(named("x")))
        .isInstanceOf(CoordinatorUnavailableException.class)
        .hasMessageContaining("cannot begin a global transaction")
        .hasMessageContaining(coordinator.address())
        .hasMessageContaining("cannot connect");
    assertThat(client.isConnected()).isFalse();

    coordinator.start();
    await().until(client::isConnected);
    client.begin(named("x")).rollback();
    assertThat(log.warnings()).as("the trouble is told once").hasSize(1);
  }

  @Test
  void theListOfCoordinatorsIsWalked() throws IOException {
    coordinator.start();
    AtClient client =
        connected(options().coordinators("127.0.0.1:" + freePort(), coordinator.address()).build());

    assertThat(client.isConnected()).isTrue();
  }

  @Test
  void aRedirectToTheLeaderIsFollowedAtOnceEvenOffTheList() {
    coordinator.start();
    try (ScriptedCoordinator leader = ScriptedCoordinator.started()) {
      coordinator.on(Hello.class, hello -> notLeader(leader.address()));
      AtClient client = connected();

      assertThat(leader.requests(Hello.class)).hasSize(1);
      assertThat(coordinator.requests(Hello.class)).hasSize(1);
      client.close();
    }
  }

  @Test
  void redirectsInACircleEndInBackOff() {
    coordinator.start();
    coordinator.on(Hello.class, hello -> notLeader(coordinator.address()));
    AtClient client = client(options().build(), tuning());
    await().until(() -> coordinator.requests(Hello.class).size() > 12);
    coordinator.reset(Hello.class);

    await().until(client::isConnected);
  }

  @Test
  void aWrongTokenIsToldOnceAndIsTheReasonThatBeginGives() {
    coordinator.token("right").start();
    AtClient client = client(options().token("wrong").build(), tuning());

    await().until(() -> coordinator.requests(Hello.class).size() >= 3);
    assertThat(log.errors())
        .singleElement()
        .asString()
        .contains("AUTHENTICATION", "check the token", coordinator.address());
    assertThatThrownBy(() -> client.begin(named("x")))
        .isInstanceOf(CoordinatorUnavailableException.class)
        .hasMessageContaining("AUTHENTICATION");
    assertThat(log.errors().toString()).doesNotContain("wrong]");

    coordinator.token("wrong");
    await().until(client::isConnected);
  }

  @Test
  void anIncompatibleVersionIsToldOnceAndRetriedSlowly() {
    coordinator.start();
    coordinator.on(
        Hello.class, h -> Refused.of(RefusalCode.PROTOCOL_VERSION, "only version 7 is spoken"));
    client(options().build(), tuning());

    await().until(() -> coordinator.requests(Hello.class).size() >= 2);
    assertThat(log.errors())
        .singleElement()
        .asString()
        .contains("PROTOCOL_VERSION", "only version 7", "incompatible releases");
  }

  @Test
  void aServerThatIsNotACoordinatorIsReported() throws Exception {
    try (ServerSocket other = new ServerSocket(0);
        LogLines transport = new LogLines("io.attx.transport")) {
      CompletableFuture<Void> answering =
          CompletableFuture.runAsync(
              () -> {
                try (Socket socket = other.accept()) {
                  socket.getOutputStream().write("SSH-2.0-OpenSSH_9.6\r\n".getBytes());
                  socket.getInputStream().readAllBytes();
                } catch (IOException broken) {
                  throw new IllegalStateException(broken);
                }
              });
      coordinator.start();
      client(options().coordinators("127.0.0.1:" + other.getLocalPort()).build(), tuning());

      await().until(() -> !transport.errors().isEmpty());
      assertThat(transport.errors().get(0)).contains("SSH-2.0", "another program");
      answering.get();
    }
  }

  // ---- loss ----

  @Test
  void theSessionIsResumedWithTheHighestAcknowledgedPosition() {
    coordinator.start();
    AtClient client = connected();
    GlobalTransaction tx = client.begin(named("x"));
    coordinator.on(RegisterBranch.class, r -> new BranchGranted(4_711, 60_000));
    ClientBranch branch = granted(client);
    coordinator.dropConnections();
    await().until(() -> coordinator.requests(Hello.class).size() == 2);
    await().until(client::isConnected);

    SessionTicket resume = coordinator.requests(Hello.class).get(1).resume();
    assertThat(resume.session()).isEqualTo(1);
    assertThat(resume.position()).isEqualTo(4_711);
    assertThat(coordinator.sessionsOpened()).isEqualTo(1);
    branch.ended(LocalEnd.LOCALLY_COMMITTED);
    tx.commit();
  }

  @Test
  void aRegisterAndACommitAreRepeatedWithTheSameContentOverAReconnect() {
    coordinator.start();
    AtClient client = connected();
    AtomicInteger registers = new AtomicInteger();
    coordinator.on(
        RegisterBranch.class,
        r -> registers.incrementAndGet() == 1 ? ScriptedCoordinator.HANG_UP : coordinator.happy(r));
    AtomicInteger commits = new AtomicInteger();
    coordinator.on(
        CommitTransaction.class,
        c -> commits.incrementAndGet() == 1 ? ScriptedCoordinator.HANG_UP : coordinator.happy(c));
    GlobalTransaction tx = client.begin(named("x"));
    granted(client).ended(LocalEnd.LOCALLY_COMMITTED);
    tx.commit();

    List<RegisterBranch> sent = coordinator.requests(RegisterBranch.class);
    assertThat(sent).hasSize(2);
    assertThat(sent.get(1)).isEqualTo(sent.get(0));
    List<CommitTransaction> commitsSent = coordinator.requests(CommitTransaction.class);
    assertThat(commitsSent).hasSize(2);
    assertThat(commitsSent.get(1)).isEqualTo(commitsSent.get(0));
  }

  @Test
  void requestsMadeWhileDisconnectedWaitForTheConnection() {
    coordinator.start();
    AtClient client = connected();
    GlobalTransaction tx = client.begin(named("x"));
    coordinator.stop();
    await().until(() -> !client.isConnected());
    ClientBranch branch = branch(client);
    var grant = branch.register(locks(1), NO_WAIT, true);
    assertThat(grant).isNotDone();

    coordinator.start();

    grant.join();
    branch.ended(LocalEnd.LOCALLY_COMMITTED);
    tx.commit();
    assertThat(coordinator.requests(RegisterBranch.class)).hasSize(1);
  }

  @Test
  void aRequestFailsClearlyWhenTheCoordinatorStaysAway() {
    coordinator.start();
    AtClient client = connected(options().requestTimeout(Duration.ofMillis(200)).build());
    GlobalTransaction tx = client.begin(named("x"));
    granted(client).ended(LocalEnd.LOCALLY_COMMITTED);
    coordinator.stop();
    await().until(() -> !client.isConnected());
    ClientBranch second = branch(client);

    assertThatThrownBy(() -> second.register(locks(2), NO_WAIT, true).join())
        .cause()
        .isInstanceOf(CoordinatorUnavailableException.class)
        .hasMessageContaining("RegisterBranch")
        .hasMessageContaining(coordinator.address());
    second.ended(LocalEnd.FAILED);
    assertThatThrownBy(tx::commit)
        .isInstanceOf(GlobalTransactionException.class)
        .extracting(e -> ((GlobalTransactionException) e).status())
        .isEqualTo(GlobalStatus.UNKNOWN);
    coordinator.start();

    // What could not be told then is told now: nothing of it is lost.
    await()
        .untilAsserted(
            () -> {
              List<BranchReport> reports = new ArrayList<>();
              coordinator.requests(ReportBranches.class).forEach(r -> reports.addAll(r.reports()));
              assertThat(reports)
                  .extracting(BranchReport::end)
                  .containsExactlyInAnyOrder(LocalEnd.LOCALLY_COMMITTED, LocalEnd.FAILED);
            });
  }

  @Test
  void reportsAreSentAgainAfterAReconnect() {
    coordinator.start();
    AtClient client = connected();
    AtomicInteger reports = new AtomicInteger();
    coordinator.on(
        ReportBranches.class,
        r -> reports.incrementAndGet() < 3 ? ScriptedCoordinator.HANG_UP : coordinator.happy(r));
    ClientBranch branch;
    try (var scope = GlobalTransactionContext.join(new Xid(ScriptedCoordinator.CLUSTER, 9, 9))) {
      branch = granted(client);
    }
    branch.ended(LocalEnd.LOCALLY_COMMITTED);

    await().until(() -> reports.get() == 3);
    assertThat(coordinator.requests(ReportBranches.class))
        .containsOnly(
            new ReportBranches(
                List.of(new BranchReport(branch.ref(), LocalEnd.LOCALLY_COMMITTED))));
  }

  @Test
  void aLeaderThatMovedIsFollowedAndTheRequestRepeatedThere() {
    coordinator.start();
    try (ScriptedCoordinator leader = ScriptedCoordinator.started()) {
      AtClient client = connected();
      coordinator.on(RegisterBranch.class, r -> notLeader(leader.address()));
      GlobalTransaction tx = client.begin(named("x"));
      granted(client).ended(LocalEnd.LOCALLY_COMMITTED);
      tx.commit();

      assertThat(leader.requests(RegisterBranch.class)).hasSize(1);
      assertThat(leader.requests(CommitTransaction.class)).hasSize(1);
      assertThat(leader.requests(Hello.class).get(0).resume().session()).isEqualTo(1);
      client.close();
    }
  }

  @Test
  void anUnavailableCoordinatorIsAskedAgain() {
    coordinator.start();
    AtClient client = connected();
    AtomicInteger asked = new AtomicInteger();
    coordinator.on(
        QueryTransaction.class,
        q ->
            asked.incrementAndGet() < 4
                ? Refused.of(RefusalCode.UNAVAILABLE, "starting")
                : new TransactionOutcome(GlobalStatus.ROLLED_BACK, 1, "", 0));

    assertThat(client.status(new Xid(1, 1, 1))).isEqualTo(GlobalStatus.ROLLED_BACK);
    assertThat(asked.get()).isEqualTo(4);
  }

  @Test
  void aCoordinatorThatStaysUnavailableIsGivenUpInTimeWithItsReason() {
    coordinator.start();
    AtClient client = connected(options().requestTimeout(Duration.ofMillis(200)).build());
    coordinator.on(
        QueryTransaction.class, q -> Refused.of(RefusalCode.UNAVAILABLE, "disk is full"));

    assertThatThrownBy(() -> client.status(new Xid(1, 1, 1)))
        .isInstanceOf(CoordinatorUnavailableException.class)
        .hasMessageContaining("disk is full");
  }

  @Test
  void anExpiredSessionIsReplacedByANewOneWithIdsOfItsOwn() {
    coordinator.start();
    AtClient client = connected();
    Xid first = client.begin(named("x")).xid();
    GlobalTransactionContext.current().setRollbackOnly();
    coordinator.on(
        Hello.class,
        hello ->
            hello.resume() != null
                ? Refused.of(RefusalCode.SESSION_EXPIRED, "too long away")
                : coordinator.happy(hello));
    coordinator.dropConnections();
    await().until(() -> coordinator.sessionsOpened() == 2 && client.isConnected());
    try (var scope = GlobalTransactionContext.suspend()) {
      GlobalTransaction second = client.begin(named("y"));
      assertThat(first).isEqualTo(new Xid(ScriptedCoordinator.CLUSTER, 1, 1));
      assertThat(second.xid()).isEqualTo(new Xid(ScriptedCoordinator.CLUSTER, 2, 1));
      second.rollback();
    }
    assertThat(log.warnings().toString()).contains("session expired");
    ((GlobalTransaction) GlobalTransactionContext.current()).rollback();
  }

  @Test
  void aRequestThatFindsTheSessionExpiredIsRepeatedUnderANewOneButARegistrationIsNot() {
    coordinator.start();
    AtClient client = connected();
    AtomicInteger queries = new AtomicInteger();
    coordinator.on(
        QueryTransaction.class,
        q ->
            queries.incrementAndGet() == 1
                ? Refused.of(RefusalCode.SESSION_EXPIRED, "gone")
                : coordinator.happy(q));
    assertThat(client.status(new Xid(1, 1, 1))).isEqualTo(GlobalStatus.COMMITTED);
    assertThat(coordinator.requests(Hello.class).get(1).resume()).isNull();

    coordinator.on(RegisterBranch.class, r -> Refused.of(RefusalCode.SESSION_EXPIRED, "gone"));
    GlobalTransaction tx = client.begin(named("x"));
    ClientBranch branch = branch(client);
    assertThatThrownBy(() -> branch.register(locks(1), NO_WAIT, true).join())
        .cause()
        .isInstanceOf(BranchRefusedException.class)
        .extracting(e -> ((BranchRefusedException) e).code())
        .isEqualTo(RefusalCode.SESSION_EXPIRED);
    branch.ended(LocalEnd.FAILED);
    tx.rollback();
  }

  @Test
  void aCoordinatorOfAnotherIncarnationTakesNoBranchOfTheOldOne() {
    coordinator.start();
    AtClient client = connected();
    GlobalTransaction tx = client.begin(named("x"));
    coordinator.on(
        Hello.class, h -> new HelloAccepted(1, new SessionTicket(42, 1, 7, 3), false, 5_000));
    coordinator.dropConnections();
    await().until(() -> coordinator.requests(Hello.class).size() == 2 && client.isConnected());

    assertThatThrownBy(() -> branch(client))
        .isInstanceOf(GlobalTransactionException.class)
        .hasMessageContaining(tx.xid().toString())
        .hasMessageContaining("another coordinator");
    tx.rollback();
  }

  // ---- heart-beat ----

  @Test
  void aSilentClientSendsHeartBeatsAndStaysConnected() {
    coordinator
        .heartbeatMillis(100)
        .options(RpcServerOptions.defaults().withIdleTimeout(Duration.ofMillis(400)))
        .start();
    AtClient client = connected();

    await().until(() -> coordinator.requests(Ping.class).size() >= 20);
    assertThat(client.isConnected()).isTrue();
    assertThat(coordinator.requests(Hello.class)).hasSize(1);
  }

  @Test
  void aCoordinatorThatFallsSilentIsLeft() {
    coordinator.heartbeatMillis(60).start();
    coordinator.on(Ping.class, p -> ScriptedCoordinator.SILENCE);
    AtClient client = connected();

    await().until(() -> coordinator.requests(Hello.class).size() >= 2);
    assertThat(log.warnings().toString()).contains("was silent for");
    client.close();
  }

  // ---- bounds and the end ----

  @Test
  void branchesAreRefusedWhenTooManyEndsAreNotAcknowledged() {
    coordinator.start();
    ClientTuning small =
        new ClientTuning(
            Duration.ofMillis(5),
            Duration.ofMillis(40),
            Duration.ofMillis(100),
            Duration.ofSeconds(2),
            Duration.ofMillis(50),
            3);
    AtClient client = client(options().build(), small);
    await().until(client::isConnected);
    coordinator.on(ReportBranches.class, r -> ScriptedCoordinator.SILENCE);
    try (var scope = GlobalTransactionContext.join(new Xid(ScriptedCoordinator.CLUSTER, 9, 9))) {
      for (int i = 0; i < 3; i++) {
        granted(client).ended(LocalEnd.LOCALLY_COMMITTED);
      }
      assertThatThrownBy(() -> branch(client))
          .isInstanceOf(CoordinatorUnavailableException.class)
          .hasMessageContaining("3 branches");
    }
  }

  @Test
  void closeLetsReportsArriveAndEndsWhatWaits() {
    coordinator.start();
    AtClient client = connected();
    coordinator.on(RegisterBranch.class, r -> ScriptedCoordinator.SILENCE);
    ClientBranch waiting;
    CompletableFuture<ClientBranch.Grant> grant;
    try (var scope = GlobalTransactionContext.join(new Xid(ScriptedCoordinator.CLUSTER, 9, 9))) {
      waiting = branch(client);
      grant = waiting.register(locks(1), NO_WAIT, true);
      await().until(() -> coordinator.requests(RegisterBranch.class).size() == 1);
      coordinator.reset(RegisterBranch.class);
      granted(client).ended(LocalEnd.LOCALLY_COMMITTED);
    }
    client.close();
    client.close();

    assertThat(coordinator.requests(ReportBranches.class)).hasSize(1);
    assertThatThrownBy(grant::join).hasCauseInstanceOf(CoordinatorUnavailableException.class);
    assertThatThrownBy(() -> client.begin(named("x")))
        .isInstanceOf(CoordinatorUnavailableException.class)
        .hasMessageContaining("the client is closed");
    await().until(() -> coordinator.connections() == 0);
  }

  @Test
  void twoClientsOfDifferentSettingsLiveInOneProcess() {
    coordinator.start();
    try (ScriptedCoordinator secret = ScriptedCoordinator.started().token("t")) {
      AtClient one = connected();
      AtClient two = connected(options().coordinators(secret.address()).token("t").build());
      one.begin(named("x")).rollback();
      two.begin(named("y")).rollback();
      two.close();
    }
  }
}
