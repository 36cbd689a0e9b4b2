package io.attx.coordinator.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.attx.coordinator.log.RatisLogOptions.Cluster;
import io.attx.coordinator.log.RatisLogOptions.Peer;
import io.attx.coordinator.log.RatisLogOptions.Start;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The same log with peers: who may take part, who leads, and how one that was away catches up. */
@Timeout(180)
class ThreeNodesTest {
  private static final int SMALL = 20;

  @TempDir Path directory;
  private final Map<String, RatisLog> logs = new TreeMap<>();
  private final Map<String, RecordingMachine> machines = new TreeMap<>();
  private final List<Peer> peers = new ArrayList<>();

  @BeforeEach
  void addresses() throws IOException {
    List<ServerSocket> reserved = new ArrayList<>();
    for (String id : List.of("n0", "n1", "n2")) {
      ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
      reserved.add(socket);
      peers.add(new Peer(id, "127.0.0.1:" + socket.getLocalPort(), id + ":1"));
    }
    for (ServerSocket socket : reserved) {
      socket.close();
    }
  }

  @AfterEach
  void close() {
    logs.values().forEach(RatisLog::close);
  }

  private void start(String id, Start how) {
    RatisLog log =
        RatisLog.open(
            RatisLogOptions.cluster(directory.resolve(id), new Cluster(id, peers, how))
                .sizes(SMALL, 1 << 20, 4096));
    logs.put(id, log);
    machines.put(id, new RecordingMachine());
    log.start(machines.get(id));
  }

  private void stop(String id) {
    logs.remove(id).close();
    machines.remove(id);
  }

  private void startThree() {
    start("n0", Start.BOOTSTRAP);
    start("n1", Start.JOIN);
    start("n2", Start.JOIN);
  }

  private String awaitLeader() {
    return await()
        .atMost(60, TimeUnit.SECONDS)
        .until(
            () ->
                machines.entrySet().stream()
                    .filter(node -> leads(node.getValue()))
                    .map(Map.Entry::getKey)
                    .findFirst()
                    .orElse(""),
            leader -> !leader.isEmpty());
  }

  private static boolean leads(RecordingMachine machine) {
    List<Boolean> seen = machine.leadership;
    return !seen.isEmpty() && seen.get(seen.size() - 1);
  }

  private void append(String text) throws Exception {
    logs.get(awaitLeader()).append(text.getBytes(UTF_8)).get(30, TimeUnit.SECONDS);
  }

  private void awaitCount(String id, int count) {
    await(id)
        .atMost(60, TimeUnit.SECONDS)
        .untilAsserted(() -> assertThat(machines.get(id).count).isEqualTo(count));
  }

  @Test
  void entriesReachAllNodesAFollowerNamesTheLeaderAndANewOneTakesOver() throws Exception {
    startThree();
    append("one");
    machines.keySet().forEach(id -> awaitCount(id, 1));
    String leader = awaitLeader();
    String follower = leader.equals("n1") ? "n2" : "n1";
    assertThatThrownBy(() -> logs.get(follower).append(new byte[1]).get(20, TimeUnit.SECONDS))
        .cause()
        .isInstanceOfSatisfying(
            NotLeaderException.class, e -> assertThat(e.leader()).isEqualTo(leader + ":1"));
    assertThat(logs.get(follower).leader()).isEqualTo(leader + ":1");

    stop(leader);
    append("two");
    String next = awaitLeader();
    machines.keySet().forEach(id -> awaitCount(id, 2));
    assertThat(next).isNotEqualTo(leader);
    assertThat(machines.values().stream().map(machine -> machine.hash).distinct()).hasSize(1);
  }

  @Test
  void aNodeThatWasAwayForLongerThanTheLogReachesBackGetsASnapshot() throws Exception {
    startThree();
    append("first");
    awaitCount("n2", 1);
    stop("n2");
    String leader = awaitLeader();
    int entries = 1;
    while (firstInLog(leader) <= SMALL) {
      // Snapshots are taken beside the log; who appends fast gets few of them.
      logs.get(leader)
          .append(("entry " + entries + " ".repeat(300)).getBytes(UTF_8))
          .get(30, TimeUnit.SECONDS);
      entries++;
    }

    start("n2", Start.EXISTING);
    awaitCount("n2", entries);
    assertThat(machines.get("n2").restores).isPositive();
    append("last");
    awaitCount("n2", entries + 1);
    assertThat(machines.get("n2").hash).isEqualTo(machines.get(awaitLeader()).hash);

    // What it got is on its own disk: it starts from there.
    stop("n2");
    start("n2", Start.EXISTING);
    awaitCount("n2", entries + 1);
  }

  /** The first index that the log still has, by the names of its files. */
  private long firstInLog(String id) throws IOException {
    try (var files = Files.walk(directory.resolve(id).resolve("raft"))) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(name -> name.startsWith("log_"))
          .mapToLong(name -> Long.parseLong(name.replaceAll("log_(inprogress_)?(\\d+).*", "$2")))
          .min()
          .orElse(0);
    }
  }

  @Test
  void aNodeThatLostItsDataMayNotComeBackUnderItsOldIdBeforeItWasRemoved() throws Exception {
    startThree();
    append("one");
    stop("n2");
    delete(directory.resolve("n2"));

    assertThatThrownBy(() -> start("n2", Start.EXISTING))
        .isInstanceOf(DataDirectoryException.class)
        .hasMessageContaining("is empty")
        .hasMessageContaining("--join");
    assertThatThrownBy(() -> start("n2", Start.JOIN))
        .isInstanceOf(DataDirectoryException.class)
        .hasMessageContaining("lost its data")
        .hasMessageContaining("cluster remove n2");

    ClusterMembers.find(peers).remove("n2");
    assertThat(ClusterMembers.find(peers).members()).extracting(Peer::id).containsOnly("n0", "n1");
    start("n2", Start.JOIN);
    append("two");
    awaitCount("n2", 2);
    assertThat(ClusterMembers.find(peers).contains("n2")).isTrue();
  }

  @Test
  void aFounderThatLostItsDataFoundsAnotherClusterAndNeverVotesInTheOldOne() throws Exception {
    startThree();
    append("one");
    stop("n0");
    delete(directory.resolve("n0"));
    append("two");

    start("n0", Start.BOOTSTRAP);
    await().atMost(60, TimeUnit.SECONDS).until(() -> leads(machines.get("n0")));
    assertThat(machines.get("n0").count).isZero();
    append("three");
    assertThat(ClusterMembers.find(List.of(peers.get(0))).group())
        .isNotEqualTo(ClusterMembers.find(List.of(peers.get(1))).group());
  }

  @Test
  void nobodyIsFoundAndTheLastNodeStays() {
    assertThatThrownBy(() -> ClusterMembers.find(peers))
        .isInstanceOf(ClusterException.class)
        .hasMessageContaining("None of the nodes");
    start("n0", Start.BOOTSTRAP);
    awaitLeader();
    ClusterMembers alone = ClusterMembers.find(peers);
    assertThatThrownBy(() -> alone.remove("n0")).hasMessageContaining("last one");
    assertThatThrownBy(() -> alone.remove("n7")).hasMessageContaining("not a member");
  }

  private static void delete(Path tree) throws IOException {
    Files.walkFileTree(
        tree,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes all) throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(
              Path folder, @org.jspecify.annotations.Nullable IOException failure)
              throws IOException {
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
