package io.attx.coordinator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.attx.BranchId;
import io.attx.GlobalStatus;
import io.attx.Xid;
import io.attx.coordinator.testing.ChildJvm;
import io.attx.coordinator.testing.WireClient;
import io.attx.protocol.BeginInfo;
import io.attx.protocol.BeginTransaction;
import io.attx.protocol.Done;
import io.attx.protocol.HelloAccepted;
import io.attx.protocol.SessionTicket;
import io.attx.protocol.TransactionOutcome;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The coordinator as a process of its own, ended by real signals. */
@Timeout(120)
class CoordinatorProcessTest {
  private static final Pattern READY =
      Pattern.compile(
          "attx coordinator ready on 127\\.0\\.0\\.1:(\\d+) \\(cluster ([0-9a-f]+), data (.+), http 127\\.0\\.0\\.1:(\\d+)\\)");

  @TempDir Path directory;

  private ChildJvm start(Map<String, String> environment, String... arguments) {
    return ChildJvm.start(CoordinatorMain.class, environment, arguments);
  }

  private ChildJvm start() {
    return start(Map.of(), "--port", "0", "--data-dir", data());
  }

  private String data() {
    return directory.resolve("data").toString();
  }

  private static Matcher ready(ChildJvm coordinator) throws InterruptedException {
    String line = coordinator.awaitLine(text -> text.startsWith("attx coordinator ready"), 60);
    Matcher matcher = READY.matcher(line);
    assertThat(matcher.matches()).as(line).isTrue();
    return matcher;
  }

  private static int port(ChildJvm coordinator) throws InterruptedException {
    return Integer.parseInt(ready(coordinator).group(1));
  }

  @Test
  void printsOneReadyLineAndEndsCleanlyAtSigterm() throws Exception {
    String cluster;
    try (ChildJvm coordinator = start()) {
      Matcher ready = ready(coordinator);
      cluster = ready.group(2);
      assertThat(ready.group(3)).isEqualTo(data());
      assertThat(coordinator.terminate(10)).isEqualTo(ExitCode.OK);
      assertThat(coordinator.out()).hasSize(1);
      assertThat(coordinator.err()).contains("Initialised the data directory", "Stopped");
      assertThat(coordinator.err()).doesNotContain("org.apache.ratis");
    }
    try (ChildJvm again = start()) {
      assertThat(ready(again).group(2)).isEqualTo(cluster);
      assertThat(again.terminate(10)).isEqualTo(ExitCode.OK);
    }
  }

  @Test
  void anAcknowledgedDecisionIsTheSameAfterSigkillAndItsPhaseTwoCompletes() throws Exception {
    SessionTicket ticket;
    Map<Xid, GlobalStatus> acknowledged = new HashMap<>();
    try (ChildJvm coordinator = start();
        WireClient client = WireClient.open(port(coordinator), "", false)) {
      for (int i = 0; i < 50; i++) {
        Xid xid = client.newXid();
        BranchId branch = client.newBranch();
        client.call(client.register(xid, branch, true, "row " + i));
        TransactionOutcome outcome = (TransactionOutcome) client.call(client.commit(xid, branch));
        acknowledged.put(xid, outcome.status());
      }
      ticket = client.ticket();
      coordinator.kill();
    }
    assertThat(acknowledged.values())
        .allMatch(status -> status == GlobalStatus.COMMITTING || status == GlobalStatus.COMMITTED);

    try (ChildJvm coordinator = start()) {
      int port = port(coordinator);
      try (WireClient client = WireClient.connect(port)) {
        assertThat(((HelloAccepted) client.hello("", ticket)).resumed()).isTrue();
        for (Xid xid : acknowledged.keySet()) {
          assertThat(client.query(xid).status())
              .isIn(GlobalStatus.COMMITTING, GlobalStatus.COMMITTED);
        }
      }
      try (WireClient worker = WireClient.open(port, "", true)) {
        Awaitility.await()
            .atMost(20, TimeUnit.SECONDS)
            .untilAsserted(
                () -> {
                  for (Xid xid : acknowledged.keySet()) {
                    assertThat(worker.query(xid).status()).isEqualTo(GlobalStatus.COMMITTED);
                  }
                });
      }
    }
  }

  @Test
  void aPortInUseEndsWithItsExitCodeAndNamesThePort() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
        ChildJvm coordinator =
            start(Map.of(), "--port", "" + taken.getLocalPort(), "--data-dir", data())) {
      assertThat(coordinator.awaitExit(60)).isEqualTo(ExitCode.CANNOT_LISTEN);
      assertThat(coordinator.err()).contains("127.0.0.1:" + taken.getLocalPort());
      assertThat(coordinator.out()).isEmpty();
    }
  }

  @Test
  void aDataDirectoryInUseEndsWithItsExitCodeAndNamesTheHolder() throws Exception {
    try (ChildJvm first = start()) {
      ready(first);
      try (ChildJvm second = start()) {
        assertThat(second.awaitExit(60)).isEqualTo(ExitCode.DATA_DIRECTORY);
        assertThat(second.err()).contains(data(), "process " + first.pid());
      }
    }
  }

  @Test
  void aDamagedLogEndsWithItsExitCodeAndNamesTheFile() throws Exception {
    try (ChildJvm coordinator = start()) {
      ready(coordinator);
      coordinator.kill();
    }
    Path segment;
    try (var files = Files.walk(Path.of(data()))) {
      segment = files.filter(file -> file.toString().contains("log_inprogress")).findFirst().get();
    }
    byte[] bytes = Files.readAllBytes(segment);
    bytes[12] ^= 1;
    Files.write(segment, bytes);
    try (ChildJvm coordinator = start()) {
      assertThat(coordinator.awaitExit(60)).isEqualTo(ExitCode.DATA_DIRECTORY);
      assertThat(coordinator.err()).contains(segment.toString(), "damaged");
    }
  }

  @Test
  void aWrongCommandLineEndsWithItsExitCode() throws Exception {
    try (ChildJvm coordinator = start(Map.of(), "--port", "eight")) {
      assertThat(coordinator.awaitExit(60)).isEqualTo(ExitCode.USAGE);
      assertThat(coordinator.err()).contains("--port", "eight");
    }
    try (ChildJvm coordinator = start(Map.of(), "--token", "a", "--token-file", "b")) {
      assertThat(coordinator.awaitExit(60)).isEqualTo(ExitCode.USAGE);
      assertThat(coordinator.err()).contains("not both");
    }
  }

  @Test
  void operatorsReachACoordinatorByTheAddressThatItPrintsAndAreToldWhereNoneAnswers()
      throws Exception {
    try (ChildJvm coordinator = start();
        WireClient client = WireClient.open(port(coordinator), "", false)) {
      Xid xid = client.newXid();
      client.call(client.register(xid, client.newBranch(), true, "1"));
      String http = "127.0.0.1:" + ready(coordinator).group(4);
      try (ChildJvm list = start(Map.of("ATTX_HTTP", http), "tx", "list");
          ChildJvm back =
              start(
                  Map.of(),
                  "tx",
                  "rollback",
                  xid.toString(),
                  "--why",
                  "test",
                  "--json",
                  "--coordinator",
                  http)) {
        assertThat(list.awaitExit(60)).isEqualTo(ExitCode.OK);
        assertThat(list.out()).anyMatch(line -> line.startsWith(xid.toString()));
        assertThat(back.awaitExit(60)).as(back.err()).isEqualTo(ExitCode.OK);
        assertThat(back.out()).singleElement().asString().contains("rolling_back");
      }
      coordinator.kill();
      try (ChildJvm none = start(Map.of("ATTX_HTTP", http), "dirty", "list")) {
        assertThat(none.awaitExit(60)).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(none.err()).contains("no coordinator answers at http://" + http);
      }
    }
  }

  @Test
  void helpAndVersionEndWithZero() throws Exception {
    try (ChildJvm help = start(Map.of(), "--help");
        ChildJvm version = start(Map.of(), "--version")) {
      assertThat(help.awaitExit(60)).isZero();
      assertThat(String.join("\n", help.out())).contains("ATTX_DATA_DIR", "Exit codes");
      assertThat(version.awaitExit(60)).isZero();
      assertThat(version.out().get(0)).startsWith("attx coordinator");
    }
  }

  @Test
  void optionsComeFromTheEnvironmentAndATokenFromAFile() throws Exception {
    Path token = Files.writeString(directory.resolve("token"), "from a file\n");
    Map<String, String> environment =
        Map.of(
            "ATTX_PORT",
            "0",
            "ATTX_HTTP_PORT",
            "0",
            "ATTX_DATA_DIR",
            data(),
            "ATTX_TOKEN_FILE",
            token.toString());
    try (ChildJvm coordinator = start(environment)) {
      Matcher ready = ready(coordinator);
      assertThat(ready.group(3)).isEqualTo(data());
      int port = Integer.parseInt(ready.group(1));
      WireClient.open(port, "from a file", true).close();
      try (WireClient wrong = WireClient.connect(port)) {
        assertThat(wrong.hello("", null)).isNotInstanceOf(HelloAccepted.class);
      }
      assertThat(coordinator.terminate(10)).isEqualTo(ExitCode.OK);
    }
  }

  @Test
  void aLogThatCannotBeWrittenEndsTheProcessAndLosesNothingAcknowledged() throws Exception {
    SessionTicket ticket;
    Set<Xid> acknowledged = ConcurrentHashMap.newKeySet();
    try (ChildJvm coordinator =
            ChildJvm.startWithFileLimit(
                5 * 1024, CoordinatorMain.class, Map.of(), "--port", "0", "--data-dir", data());
        WireClient client = WireClient.open(port(coordinator), "", false)) {
      ticket = client.ticket();
      String name = "n".repeat(8_000);
      Awaitility.await()
          .atMost(60, TimeUnit.SECONDS)
          .until(
              () -> {
                for (int i = 0; i < 40; i++) {
                  begin(client, name, acknowledged);
                }
                return !coordinator.isAlive();
              });
      assertThat(coordinator.awaitExit(30)).isEqualTo(ExitCode.FAILURE);
      assertThat(coordinator.err()).contains(data(), "could not be written", "File too large");
    }
    assertThat(acknowledged).hasSizeGreaterThan(10);
    try (ChildJvm coordinator = start();
        WireClient client = WireClient.connect(port(coordinator))) {
      assertThat(((HelloAccepted) client.hello("", ticket)).resumed()).isTrue();
      for (Xid xid : acknowledged) {
        assertThat(client.query(xid).status()).isEqualTo(GlobalStatus.ACTIVE);
      }
    }
  }

  private static void begin(WireClient client, String name, Set<Xid> acknowledged) {
    Xid xid = client.newXid();
    client
        .send(new BeginTransaction(xid, new BeginInfo(name, 600_000)))
        .thenAccept(
            answer -> {
              if (answer instanceof Done) {
                acknowledged.add(xid);
              }
            });
  }
}
