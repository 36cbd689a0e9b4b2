package io.attx.coordinator.cli;

import io.attx.coordinator.log.RatisLogOptions.Cluster;
import io.attx.coordinator.log.RatisLogOptions.Peer;
import io.attx.coordinator.log.RatisLogOptions.Start;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that make a coordinator one node of a cluster. */
final class ClusterArguments {
  @Option(
      names = "--node-id",
      paramLabel = "ID",
      defaultValue = "${env:ATTX_NODE_ID}",
      description = "Name of this node among the peers, for ever. [ATTX_NODE_ID]")
  private @Nullable String nodeId;

  @Option(
      names = "--peers",
      paramLabel = "PEER",
      split = ",",
      defaultValue = "${env:ATTX_PEERS}",
      description =
          "The nodes of the cluster, this one among them: id=host:port@host:port, separated by"
              + " commas; first the address between the nodes, then the one for clients."
              + " [ATTX_PEERS]")
  private @Nullable List<String> peers;

  @Option(
      names = "--bootstrap",
      defaultValue = "${env:ATTX_BOOTSTRAP:-false}",
      description =
          "Found a new cluster where the data directory is empty: for its very first node alone."
              + " [ATTX_BOOTSTRAP]")
  private boolean bootstrap;

  @Option(
      names = "--join",
      defaultValue = "${env:ATTX_JOIN:-false}",
      description =
          "Become a member of the cluster of the peers where the data directory is empty."
              + " [ATTX_JOIN]")
  private boolean join;

  /**
   * The node, or null for a coordinator that works alone.
   *
   * @throws IllegalArgumentException when the options do not fit together
   */
  @Nullable Cluster cluster() {
    if (peers == null && nodeId == null && !bootstrap && !join) {
      return null;
    }
    if (peers == null || nodeId == null) {
      throw new IllegalArgumentException("--node-id and --peers go together");
    }
    if (bootstrap && join) {
      throw new IllegalArgumentException("give --bootstrap or --join, not both");
    }
    return new Cluster(
        nodeId,
        peers.stream().map(Peer::parse).toList(),
        bootstrap ? Start.BOOTSTRAP : join ? Start.JOIN : Start.EXISTING);
  }
}
