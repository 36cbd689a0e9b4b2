package io.attx.coordinator.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The same log with peers: only the transport differs. */
@Timeout(120)
class ThreeNodesTest {
  @TempDir Path directory;
  private final List<RatisLog> logs = new ArrayList<>();
  private final List<RecordingMachine> machines = new ArrayList<>();

  @AfterEach
  void close() {
    logs.forEach(RatisLog::close);
  }

  private void startThree() throws IOException {
    UUID group = UUID.randomUUID();
    List<RatisLogOptions.Peer> peers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      peers.add(new RatisLogOptions.Peer("n" + i, "127.0.0.1:" + freePort(), "client-" + i + ":1"));
    }
    for (int i = 0; i < 3; i++) {
      RatisLog log =
          RatisLog.open(
              RatisLogOptions.cluster(
                  directory.resolve("n" + i), new RatisLogOptions.Cluster(group, "n" + i, peers)));
      logs.add(log);
      machines.add(new RecordingMachine());
    }
    for (int i = 0; i < 3; i++) {
      logs.get(i).start(machines.get(i));
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }

  private int awaitLeader(int except) {
    return await()
        .atMost(60, TimeUnit.SECONDS)
        .until(
            () -> {
              for (int i = 0; i < 3; i++) {
                List<Boolean> seen = machines.get(i).leadership;
                if (i != except && !seen.isEmpty() && seen.get(seen.size() - 1)) {
                  return i;
                }
              }
              return -1;
            },
            leader -> leader >= 0);
  }

  @Test
  void entriesReachAllNodesAFollowerNamesTheLeaderAndANewOneTakesOver() throws Exception {
    startThree();
    int leader = awaitLeader(-1);
    logs.get(leader).append("one".getBytes(UTF_8)).get(20, TimeUnit.SECONDS);
    for (RecordingMachine machine : machines) {
      await().untilAsserted(() -> assertThat(machine.count).isEqualTo(1));
    }
    int follower = (leader + 1) % 3;
    assertThatThrownBy(() -> logs.get(follower).append(new byte[1]).get(20, TimeUnit.SECONDS))
        .cause()
        .isInstanceOfSatisfying(
            NotLeaderException.class,
            e -> assertThat(e.leader()).isEqualTo("client-" + leader + ":1"));

    logs.get(leader).close();
    int next = awaitLeader(leader);
    logs.get(next).append("two".getBytes(UTF_8)).get(20, TimeUnit.SECONDS);
    int other = 3 - leader - next;
    await().untilAsserted(() -> assertThat(machines.get(other).count).isEqualTo(2));
    assertThat(machines.get(other).hash).isEqualTo(machines.get(next).hash);
  }
}
