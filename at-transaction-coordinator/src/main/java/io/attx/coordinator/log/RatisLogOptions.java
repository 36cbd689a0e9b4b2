package io.attx.coordinator.log;

import io.attx.transport.HostPort;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link RatisLog} runs. Immutable.
 *
 * @param dataDirectory belongs to this log alone
 * @param cluster null for a group of one, which needs no network
 * @param snapshotEntries a snapshot is taken after so many entries
 * @param snapshotBytes or after so many bytes of entries
 * @param segmentBytes a new segment file begins after so many bytes
 * @param electionTimeout a follower waits between this and twice this for its leader
 */
public record RatisLogOptions(
    Path dataDirectory,
    @Nullable Cluster cluster,
    int snapshotEntries,
    long snapshotBytes,
    long segmentBytes,
    Duration electionTimeout) {
  private static final int SNAPSHOT_ENTRIES = 100_000;
  private static final long SNAPSHOT_BYTES = 128L << 20;
  private static final long SEGMENT_BYTES = 8L << 20;
  private static final Duration ELECTION_TIMEOUT = Duration.ofMillis(150);

  /** Long enough for a pause of the garbage collector, short enough for waiting clients. */
  private static final Duration CLUSTER_ELECTION_TIMEOUT = Duration.ofSeconds(1);

  /** Checks. */
  public RatisLogOptions {
    if (snapshotEntries < 1 || snapshotBytes < 1 || segmentBytes < 4096) {
      throw new IllegalArgumentException(
          "the sizes of snapshots and segments must be positive, segments at least 4096 bytes");
    }
  }

  /**
   * A node of a group of several.
   *
   * @param self the id of this node, which it keeps for ever
   * @param peers where the nodes are that this one is told of, itself among them; who takes part is
   *     in the log, not here
   * @param start what to do when the data directory is empty
   */
  public record Cluster(String self, List<Peer> peers, Start start) {
    /** Copies and checks. */
    public Cluster {
      peers = List.copyOf(peers);
      if (peers.stream().map(Peer::id).distinct().count() != peers.size()) {
        throw new IllegalArgumentException("a node is named twice among the peers " + peers);
      }
      if (peers.stream().noneMatch(peer -> peer.id().equals(self))) {
        throw new IllegalArgumentException("the node " + self + " is not among the peers " + peers);
      }
    }

    /** This node. */
    public Peer own() {
      return peers.stream().filter(peer -> peer.id().equals(self)).findFirst().orElseThrow();
    }

    /** The others. */
    public List<Peer> others() {
      return peers.stream().filter(peer -> !peer.id().equals(self)).toList();
    }
  }

  /** What a node of a cluster does that has no data yet. One that has some goes on with it. */
  public enum Start {
    /** Refuses: a node that lost its disk must not come back as if nothing had happened. */
    EXISTING,
    /** Founds a new cluster, of itself alone at first. */
    BOOTSTRAP,
    /** Becomes a member of the cluster that the peers form. */
    JOIN
  }

  /**
   * One node.
   *
   * @param id names it for ever; letters, digits, dots, dashes and underscores
   * @param raftAddress {@code host:port} between the nodes
   * @param clientAddress {@code host:port} for clients, told to them when it leads
   */
  public record Peer(String id, String raftAddress, String clientAddress) {
    private static final int MAX_ID = 64;

    /** Checks. */
    public Peer {
      if (id.length() > MAX_ID || !id.matches("[A-Za-z0-9._-]+")) {
        throw new IllegalArgumentException(
            "a node id is 1 to 64 letters, digits, dots, dashes and underscores, not " + id);
      }
      HostPort.parse(raftAddress);
      HostPort.parse(clientAddress);
    }

    /**
     * Reads {@code id=host:port@host:port}: the address between the nodes, then that for clients.
     *
     * @throws IllegalArgumentException when it is something else
     */
    public static Peer parse(String text) {
      int equals = text.indexOf('=');
      int at = text.indexOf('@', equals);
      if (equals < 1 || at < 0) {
        throw new IllegalArgumentException(
            "a peer is written id=host:port@host:port (address between the nodes, address for"
                + " clients), not "
                + text);
      }
      return new Peer(
          text.substring(0, equals).strip(),
          text.substring(equals + 1, at).strip(),
          text.substring(at + 1).strip());
    }
  }

  /** A group of one with the usual sizes. */
  public static RatisLogOptions single(Path dataDirectory) {
    return new RatisLogOptions(
        dataDirectory, null, SNAPSHOT_ENTRIES, SNAPSHOT_BYTES, SEGMENT_BYTES, ELECTION_TIMEOUT);
  }

  /** One of several with the usual sizes; this node is {@code cluster.self()}. */
  public static RatisLogOptions cluster(Path dataDirectory, Cluster cluster) {
    return new RatisLogOptions(
        dataDirectory,
        cluster,
        SNAPSHOT_ENTRIES,
        SNAPSHOT_BYTES,
        SEGMENT_BYTES,
        CLUSTER_ELECTION_TIMEOUT);
  }

  /** The same with snapshots and segments of other sizes. */
  public RatisLogOptions sizes(int entriesPerSnapshot, long bytesPerSnapshot, long perSegment) {
    return new RatisLogOptions(
        dataDirectory, cluster, entriesPerSnapshot, bytesPerSnapshot, perSegment, electionTimeout);
  }

  /** The same with a snapshot after so many entries. */
  public RatisLogOptions snapshotEntries(int entries) {
    return sizes(entries, snapshotBytes, segmentBytes);
  }
}
