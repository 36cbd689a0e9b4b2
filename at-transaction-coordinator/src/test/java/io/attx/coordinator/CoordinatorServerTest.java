package io.attx.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.attx.BranchId;
import io.attx.GlobalStatus;
import io.attx.Xid;
import io.attx.coordinator.log.DataDirectoryException;
import io.attx.coordinator.testing.WireClient;
import io.attx.protocol.BranchGranted;
import io.attx.protocol.Hello;
import io.attx.protocol.HelloAccepted;
import io.attx.protocol.QueryTransaction;
import io.attx.protocol.RefusalCode;
import io.attx.protocol.Refused;
import io.attx.protocol.Response;
import io.attx.protocol.SessionTicket;
import io.attx.protocol.TransactionOutcome;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CoordinatorServerTest {
  @TempDir Path directory;

  private CoordinatorOptions.Builder options() {
    return CoordinatorOptions.builder().port(0).httpPort(0).dataDir(directory.resolve("data"));
  }

  private CoordinatorServer start() {
    return CoordinatorServer.start(options().build());
  }

  private static Refused refused(Response answer) {
    assertThat(answer).isInstanceOf(Refused.class);
    return (Refused) answer;
  }

  @Test
  void commitsATransactionOfTwoBranchesAndForgetsItWhenPhaseTwoIsDone() throws Exception {
    try (CoordinatorServer server = start();
        WireClient client = WireClient.open(server.port(), "", true)) {
      Xid xid = client.newXid();
      BranchId one = client.newBranch();
      BranchId two = client.newBranch();
      assertThat(client.call(client.register(xid, one, true, "1")))
          .isInstanceOf(BranchGranted.class);
      assertThat(client.call(client.register(xid, two, false, "2")))
          .isInstanceOf(BranchGranted.class);
      Response outcome = client.call(client.commit(xid, one, two));
      assertThat(outcome).isInstanceOf(TransactionOutcome.class);
      assertThat(((TransactionOutcome) outcome).status())
          .isIn(GlobalStatus.COMMITTING, GlobalStatus.COMMITTED);
      await()
          .atMost(10, TimeUnit.SECONDS)
          .untilAsserted(
              () -> {
                var counts = server.status(10).get().counts();
                assertThat(counts.locks()).isZero();
                assertThat(counts.branches()).isZero();
                assertThat(counts.committedTotal()).isEqualTo(1);
              });
    }
  }

  @Test
  void aWrongOrMissingTokenIsRefusedBeforeAnythingElse() throws Exception {
    try (CoordinatorServer server = CoordinatorServer.start(options().token("s3cret").build())) {
      for (String wrong : List.of("", "s3cre", "s3cret ", "S3CRET")) {
        try (WireClient client = WireClient.connect(server.port())) {
          Refused refused = refused(client.hello(wrong, null));
          assertThat(refused.code()).isEqualTo(RefusalCode.AUTHENTICATION);
          assertThat(refused.message()).contains("wire-client").doesNotContain("s3cret");
          await().untilAsserted(() -> assertThat(client.isRefusedAfterClose()).isTrue());
        }
      }
      try (WireClient client = WireClient.open(server.port(), "s3cret", true)) {
        assertThat(client.ticket().session()).isPositive();
      }
      assertThat(server.status(10).get().counts().sessions()).isEqualTo(1);
    }
  }

  @Test
  void aRequestWithoutHelloIsRefused() throws Exception {
    try (CoordinatorServer server = start();
        WireClient client = WireClient.connect(server.port())) {
      refused(client.call(new QueryTransaction(new Xid(1, 1, 1))));
      assertThat(server.status(10).get().counts().sessions()).isZero();
    }
  }

  @Test
  void aClientOfAnotherProtocolVersionIsToldBothRanges() throws Exception {
    try (CoordinatorServer server = start();
        WireClient client = WireClient.connect(server.port())) {
      Refused refused = refused(client.call(new Hello(98, 99, "", "from the future", null)));
      assertThat(refused.code()).isEqualTo(RefusalCode.PROTOCOL_VERSION);
      assertThat(refused.message()).contains("98 to 99").contains("2 to 2");
    }
  }

  @Test
  void bytesOfAPortScannerAreDroppedAndDisturbNobody() throws Exception {
    try (CoordinatorServer server = start();
        WireClient client = WireClient.open(server.port(), "", true)) {
      for (String bytes : List.of("GET / HTTP/1.0\r\n\r\n", "\0\0\0\0\0\0\0\0", "SSH-2.0-x\r\n")) {
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
          socket.setSoTimeout(20_000);
          socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
          socket.getOutputStream().flush();
          InputStream in = socket.getInputStream();
          assertThat(in.readNBytes(1_000).length).isLessThan(1_000);
        }
      }
      Xid xid = client.newXid();
      assertThat(client.call(client.register(xid, client.newBranch(), true, "1")))
          .isInstanceOf(BranchGranted.class);
    }
  }

  @Test
  void aPortInUseIsNamedAndTheDataDirectoryIsNotTouched() {
    try (CoordinatorServer server = start()) {
      Path other = directory.resolve("other");
      assertThatThrownBy(
              () -> CoordinatorServer.start(options().port(server.port()).dataDir(other).build()))
          .isInstanceOf(CannotListenException.class)
          .hasMessageContaining("127.0.0.1:" + server.port());
      assertThat(other).doesNotExist();
    }
  }

  @Test
  void aDataDirectoryInUseIsNamedAndTheFirstCoordinatorGoesOn() throws Exception {
    try (CoordinatorServer server = start()) {
      assertThatThrownBy(this::start)
          .isInstanceOf(DataDirectoryException.class)
          .hasMessageContaining("in use");
      WireClient.open(server.port(), "", true).close();
    }
  }

  @Test
  void sessionsLocksAndDecisionsComeBackAfterARestart() throws Exception {
    SessionTicket ticket;
    Xid committed;
    Xid open;
    long cluster;
    try (CoordinatorServer server = start();
        WireClient client = WireClient.open(server.port(), "", false)) {
      cluster = server.cluster();
      committed = client.newXid();
      BranchId branch = client.newBranch();
      client.call(client.register(committed, branch, true, "1"));
      client.call(client.commit(committed, branch));
      open = client.newXid();
      client.call(client.register(open, client.newBranch(), true, "2"));
      ticket = client.ticket();
    }
    try (CoordinatorServer server = start();
        WireClient client = WireClient.connect(server.port());
        WireClient other = WireClient.open(server.port(), "", false)) {
      assertThat(server.cluster()).isEqualTo(cluster);
      Response hello = client.hello("", ticket);
      assertThat(hello).isInstanceOf(HelloAccepted.class);
      assertThat(((HelloAccepted) hello).resumed()).isTrue();
      assertThat(client.query(committed).status()).isEqualTo(GlobalStatus.COMMITTING);
      assertThat(client.query(open).status()).isEqualTo(GlobalStatus.ACTIVE);
      Refused conflict =
          refused(other.call(other.register(other.newXid(), other.newBranch(), true, "2")));
      assertThat(conflict.code()).isEqualTo(RefusalCode.LOCK_CONFLICT);
      assertThat(conflict.holder()).isEqualTo(open);
    }
  }

  @Test
  void twoCoordinatorsLiveInOneProcessAndKnowNothingOfEachOther() throws Exception {
    try (CoordinatorServer one = start();
        CoordinatorServer two =
            CoordinatorServer.start(options().dataDir(directory.resolve("two")).build());
        CoordinatorServer three = CoordinatorServer.start(options().inMemory(true).build())) {
      assertThat(List.of(one.cluster(), two.cluster(), three.cluster())).doesNotHaveDuplicates();
      for (CoordinatorServer server : List.of(one, two, three)) {
        try (WireClient client = WireClient.open(server.port(), "", true)) {
          Xid xid = client.newXid();
          assertThat(client.call(client.register(xid, client.newBranch(), true, "1")))
              .isInstanceOf(BranchGranted.class);
        }
      }
      one.close();
      WireClient.open(two.port(), "", true).close();
    }
  }

  @Test
  void healthMetricsAndStatusAreServedOverHttp() throws Exception {
    try (CoordinatorServer server = CoordinatorServer.start(options().token("s3cret").build());
        WireClient client = WireClient.open(server.port(), "s3cret", true)) {
      Xid xid = client.newXid();
      client.call(client.register(xid, client.newBranch(), true, "1"));

      assertThat(get(server, "/health/live", null).statusCode()).isEqualTo(200);
      assertThat(get(server, "/health/ready", null).statusCode()).isEqualTo(200);
      assertThat(get(server, "/metrics", null).statusCode()).isEqualTo(401);
      assertThat(get(server, "/api/status", "wrong").statusCode()).isEqualTo(401);
      assertThat(get(server, "/metrics", "s3cret").body())
          .contains("\nattx_locks 1\n")
          .contains("\nattx_transactions{state=\"active\"} 1\n")
          .contains("\nattx_sessions 1\n");
      assertThat(get(server, "/api/status", "s3cret").body())
          .contains("\"leader\":true")
          .contains("\"cluster\":\"" + Long.toHexString(server.cluster()) + "\"")
          .contains("\"application\":\"wire-client\"");
      assertThat(get(server, "/api/transactions", "s3cret").body())
          .contains("\"total\":1")
          .contains(xid.toString());
      assertThat(get(server, "/api/transactions?limit=0", "s3cret").body())
          .contains("\"total\":1")
          .doesNotContain(xid.toString());
      assertThat(get(server, "/api/locks", "s3cret").body())
          .contains("\"total\":1")
          .contains("\"key\":\"t[1]\"")
          .contains("\"xid\":\"" + xid + "\"");
      assertThat(get(server, "/nothing", "s3cret").statusCode()).isEqualTo(404);
    }
  }

  private static HttpResponse<String> get(CoordinatorServer server, String path, String token)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.httpPort() + path));
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
