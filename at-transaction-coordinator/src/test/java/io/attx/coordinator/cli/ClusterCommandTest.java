package io.attx.coordinator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.attx.coordinator.CoordinatorOptions;
import io.attx.coordinator.CoordinatorServer;
import io.attx.coordinator.log.RatisLogOptions.Cluster;
import io.attx.coordinator.log.RatisLogOptions.Peer;
import io.attx.coordinator.log.RatisLogOptions.Start;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class ClusterCommandTest {
  @TempDir Path directory;
  private final ByteArrayOutputStream output = new ByteArrayOutputStream();

  private int run(String... arguments) {
    output.reset();
    PrintStream out = new PrintStream(output, true, StandardCharsets.UTF_8);
    return CoordinatorCommand.commandLine(out, new ShutdownHook()).execute(arguments);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }

  @Test
  void optionsThatDoNotFitTogetherAreRefused() {
    String peers = "n1=127.0.0.1:1@127.0.0.1:2";
    String data = directory.resolve("data").toString();
    assertThat(run("--data-dir", data, "--node-id", "n1")).isEqualTo(ExitCode.USAGE);
    assertThat(run("--data-dir", data, "--peers", peers)).isEqualTo(ExitCode.USAGE);
    assertThat(run("--data-dir", data, "--node-id", "n2", "--peers", peers))
        .isEqualTo(ExitCode.USAGE);
    assertThat(run("--data-dir", data, "--node-id", "n1", "--peers", "n1=127.0.0.1:1"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(
            run("--data-dir", data, "--node-id", "n1", "--peers", peers, "--join", "--bootstrap"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(directory.resolve("data")).doesNotExist();
  }

  @Test
  void anEmptyNodeStartsOnlyWhenItIsToldHow() throws Exception {
    String peers = "n1=127.0.0.1:" + freePort() + "@127.0.0.1:" + freePort();
    String data = directory.resolve("data").toString();
    assertThat(run("--port", "0", "--data-dir", data, "--node-id", "n1", "--peers", peers))
        .isEqualTo(ExitCode.DATA_DIRECTORY);
  }

  @Test
  void membersAreListedAndTheLastOneStays() throws Exception {
    Peer peer = new Peer("n1", "127.0.0.1:" + freePort(), "127.0.0.1:" + freePort());
    String peers = peer.id() + "=" + peer.raftAddress() + "@" + peer.clientAddress();
    assertThat(run("cluster", "list", "--peers", peers)).isEqualTo(ExitCode.FAILURE);

    try (CoordinatorServer server =
        CoordinatorServer.start(
            CoordinatorOptions.builder()
                .port(0)
                .dataDir(directory.resolve("n1"))
                .cluster(new Cluster("n1", List.of(peer), Start.BOOTSTRAP))
                .build())) {
      assertThat(run("cluster", "list", "--peers", peers)).isEqualTo(ExitCode.OK);
      assertThat(output.toString(StandardCharsets.UTF_8).strip())
          .isEqualTo("n1\t" + peer.raftAddress() + "\t" + peer.clientAddress());
      assertThat(run("cluster", "remove", "n1", "--peers", peers)).isEqualTo(ExitCode.FAILURE);
      assertThat(run("cluster", "remove", "n9", "--peers", peers)).isEqualTo(ExitCode.FAILURE);
      assertThat(server.failure()).isNotDone();
    }
  }
}
