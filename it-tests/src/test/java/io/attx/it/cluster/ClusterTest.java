package io.attx.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.attx.databases.DatabaseKind;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three coordinator processes under transfers between MariaDB and PostgreSQL. {@code
 * -Dattx.cluster.kills=N} kills the leader more often.
 */
@Timeout(3_600)
class ClusterTest {
  private static final int KILLS = Integer.getInteger("attx.cluster.kills", 2);
  private static final int BETWEEN = 15;

  @TempDir Path directory;

  @Test
  void the_leader_is_killed_again_and_again_and_no_acknowledged_transaction_is_lost()
      throws Exception {
    try (Cluster cluster = new Cluster(directory)) {
      cluster.found();
      try (Transfers transfers =
          new Transfers(cluster.addresses(), DatabaseKind.MARIADB, DatabaseKind.POSTGRESQL)) {
        transfers.start(20_261_120L);
        transfers.awaitMoreCommits(BETWEEN);
        for (int i = 0; i < KILLS; i++) {
          String leader = cluster.awaitLeader();
          cluster.node(leader).kill();
          transfers.awaitMoreCommits(BETWEEN);
          cluster.start(leader).awaitReady();
          transfers.awaitMoreCommits(BETWEEN);
        }
        transfers.stop();
        transfers.check();
        System.out.println(
            KILLS
                + " leaders killed: "
                + transfers.commits()
                + " transfers committed, "
                + transfers.disturbed()
                + " refused or unknown");
      }
    }
  }

  @Test
  void a_rolling_restart_of_all_nodes_loses_nothing_and_the_load_goes_on() throws Exception {
    try (Cluster cluster = new Cluster(directory)) {
      cluster.found();
      try (Transfers transfers =
          new Transfers(cluster.addresses(), DatabaseKind.H2, DatabaseKind.H2)) {
        transfers.start(20_261_120L);
        transfers.awaitMoreCommits(BETWEEN);
        for (String id : List.of("n1", "n2", "n3")) {
          assertThat(cluster.node(id).terminate()).as("exit code of %s", id).isZero();
          transfers.awaitMoreCommits(BETWEEN);
          cluster.start(id).awaitReady();
          transfers.awaitMoreCommits(BETWEEN);
        }
        transfers.stop();
        transfers.check();
        System.out.println(
            "rolling restart: "
                + transfers.commits()
                + " transfers committed, "
                + transfers.disturbed()
                + " refused or unknown");
      }
    }
  }
}
