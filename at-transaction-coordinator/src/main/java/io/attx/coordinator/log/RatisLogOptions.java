package io.attx.coordinator.log;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
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

  /** Checks. */
  public RatisLogOptions {
    if (snapshotEntries < 1 || snapshotBytes < 1 || segmentBytes < 4096) {
      throw new IllegalArgumentException(
          "the sizes of snapshots and segments must be positive, segments at least 4096 bytes");
    }
  }

  /** The nodes of a group of several. */
  public record Cluster(UUID group, String self, List<Peer> peers) {
    /** Copies and checks. */
    public Cluster {
      peers = List.copyOf(peers);
      if (peers.stream().noneMatch(peer -> peer.id().equals(self))) {
        throw new IllegalArgumentException("the node " + self + " is not among the peers " + peers);
      }
    }
  }

  /**
   * One node.
   *
   * @param id names it for ever
   * @param raftAddress {@code host:port} between the nodes
   * @param clientAddress {@code host:port} for clients, told to them when it leads
   */
  public record Peer(String id, String raftAddress, String clientAddress) {}

  /** A group of one with the usual sizes. */
  public static RatisLogOptions single(Path dataDirectory) {
    return new RatisLogOptions(
        dataDirectory, null, SNAPSHOT_ENTRIES, SNAPSHOT_BYTES, SEGMENT_BYTES, ELECTION_TIMEOUT);
  }

  /** A group of several with the usual sizes; this node is {@code cluster.self()}. */
  public static RatisLogOptions cluster(Path dataDirectory, Cluster cluster) {
    return new RatisLogOptions(
        dataDirectory, cluster, SNAPSHOT_ENTRIES, SNAPSHOT_BYTES, SEGMENT_BYTES, ELECTION_TIMEOUT);
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
