package io.attx.it.cluster;

import static org.awaitility.Awaitility.await;

import io.attx.it.support.CoordinatorProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Three coordinator processes n1, n2 and n3 on this machine. */
final class Cluster implements AutoCloseable {
  private final Path directory;
  private final Map<String, Integer> clientPorts = new TreeMap<>();
  private final String peers;
  private final Map<String, CoordinatorProcess> running = new TreeMap<>();

  Cluster(Path directory) throws IOException {
    this.directory = directory;
    List<ServerSocket> reserved = new ArrayList<>();
    List<String> nodes = new ArrayList<>();
    for (String id : List.of("n1", "n2", "n3")) {
      int[] ports = new int[2];
      for (int i = 0; i < 2; i++) {
        ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
        reserved.add(socket);
        ports[i] = socket.getLocalPort();
      }
      clientPorts.put(id, ports[1]);
      nodes.add(id + "=127.0.0.1:" + ports[0] + "@127.0.0.1:" + ports[1]);
    }
    for (ServerSocket socket : reserved) {
      socket.close();
    }
    this.peers = String.join(",", nodes);
  }

  /** What clients are told. */
  String[] addresses() {
    return clientPorts.values().stream().map(port -> "127.0.0.1:" + port).toArray(String[]::new);
  }

  /** Founds the cluster and waits until all three are members. */
  void found() throws Exception {
    start("n1", "--bootstrap").awaitReady();
    start("n2", "--join");
    start("n3", "--join");
    for (CoordinatorProcess node : running.values()) {
      node.awaitReady();
    }
  }

  CoordinatorProcess start(String id, String... more) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--node-id",
                id,
                "--peers",
                peers,
                "--port",
                String.valueOf(clientPorts.get(id)),
                "--http-port",
                "0",
                "--data-dir",
                directory.resolve(id).toString()));
    arguments.addAll(List.of(more));
    CoordinatorProcess node = CoordinatorProcess.start(directory.resolve(id + ".log"), arguments);
    running.put(id, node);
    return node;
  }

  CoordinatorProcess node(String id) {
    return running.get(id);
  }

  /** Who serves now, waited for. */
  String awaitLeader() {
    return await("a leader")
        .atMost(Duration.ofSeconds(120))
        .pollInterval(Duration.ofMillis(100))
        .until(
            () ->
                running.entrySet().stream()
                    .filter(node -> node.getValue().leads())
                    .map(Map.Entry::getKey)
                    .collect(Collectors.joining(",")),
            leader -> !leader.isEmpty() && !leader.contains(","));
  }

  @Override
  public void close() throws Exception {
    for (CoordinatorProcess node : running.values()) {
      node.close();
    }
  }
}
