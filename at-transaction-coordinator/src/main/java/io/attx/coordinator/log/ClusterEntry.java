package io.attx.coordinator.log;

import io.attx.coordinator.log.RatisLogOptions.Cluster;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a node with an empty data directory gets into a cluster.
 *
 * <p>The founder makes a new Raft group with an id that never was, of itself alone; every other
 * node asks the members for the group and lets itself be added through the log. So a node that lost
 * its disk can never vote again as if it still knew what it had acknowledged: as founder it would
 * found another group, which the members and the clients of the old one do not know, and as one
 * that joins it is refused as long as its old self is a member.
 */
final class ClusterEntry {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterEntry.class);
  private static final int ATTEMPTS = 60;

  private ClusterEntry() {}

  /**
   * What the empty directory becomes.
   *
   * @throws DataDirectoryException when it must not become anything
   */
  static DataDirectory.Identity identity(Cluster cluster) {
    return switch (cluster.start()) {
      case EXISTING ->
          throw new DataDirectoryException(
              "The data directory of the node "
                  + cluster.self()
                  + " is empty. The first node of a new cluster is started with --bootstrap, every"
                  + " other one with --join. A node that lost its data is removed from the cluster"
                  + " first (cluster remove "
                  + cluster.self()
                  + ") and then joins again.");
      case BOOTSTRAP ->
          new DataDirectory.Identity(
              cluster.self(), UUID.randomUUID(), DataDirectory.Origin.FOUNDED);
      case JOIN -> joining(cluster);
    };
  }

  private static DataDirectory.Identity joining(Cluster cluster) {
    ClusterMembers found = untilFound(() -> ClusterMembers.find(cluster.others()));
    if (found.contains(cluster.self())) {
      throw new DataDirectoryException(
          "The data directory of the node "
              + cluster.self()
              + " is empty, but the cluster has a member of that name: it lost its data. Remove it"
              + " first (cluster remove "
              + cluster.self()
              + ") and start it again with --join, or give it another id.");
    }
    return new DataDirectory.Identity(cluster.self(), found.group(), DataDirectory.Origin.JOINED);
  }

  /** Makes a running node with an empty log a member. */
  static void enter(Cluster cluster, UUID group) {
    untilFound(
        () -> {
          ClusterMembers found = ClusterMembers.find(cluster.others());
          if (!found.group().equals(group)) {
            throw new DataDirectoryException(
                "The node "
                    + cluster.self()
                    + " was on its way into another cluster than the one that the peers form now:"
                    + " empty its data directory and start it again");
          }
          if (!found.contains(cluster.self())) {
            found.add(cluster.own());
          }
          return found;
        });
    LOG.info("The node {} is a member of the cluster", cluster.self());
  }

  /** Repeats what asks the cluster until it answers. */
  private static ClusterMembers untilFound(Supplier<ClusterMembers> asking) {
    for (int attempt = 1; ; attempt++) {
      try {
        return asking.get();
      } catch (ClusterException notYet) {
        again(attempt, notYet);
      }
    }
  }

  private static void again(int attempt, ClusterException notYet) {
    if (attempt >= ATTEMPTS) {
      throw new DataDirectoryException(String.valueOf(notYet.getMessage()), notYet);
    }
    if (attempt == 1) {
      LOG.info("Not in the cluster yet, trying again: {}", notYet.getMessage());
    }
    try {
      TimeUnit.SECONDS.sleep(1); // Only at the start of a process, which has nothing else to do.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DataDirectoryException("interrupted while joining the cluster", e);
    }
  }
}
