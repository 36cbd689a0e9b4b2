package io.attx.it.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.attx.client.GlobalTransactionOptions;
import io.attx.coordinator.CoordinatorOptions;
import io.attx.coordinator.CoordinatorServer;
import io.attx.databases.DatabaseKind;
import io.attx.databases.SharedServers;
import io.attx.datasource.AtDataSource;
import io.attx.datasource.AtDataSourceOptions;
import io.attx.it.support.Bank;
import io.attx.it.support.FaultyDataSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The cost table of the design as a test: how many statements a branch sends to its database, and
 * how many requests a transaction of two branches sends to the coordinator.
 */
@Timeout(120)
abstract class StatementBudgetContract {
  private static final int COORDINATOR_REQUESTS = 3;

  private final DatabaseKind kind;
  private final int statementsPerBranch;

  @TempDir Path dataDir;

  StatementBudgetContract(DatabaseKind kind, int statementsPerBranch) {
    this.kind = kind;
    this.statementsPerBranch = statementsPerBranch;
  }

  @Test
  void two_branches_with_one_update_each_stay_within_the_budget() throws Exception {
    try (CoordinatorServer coordinator =
            CoordinatorServer.start(
                CoordinatorOptions.builder().host("127.0.0.1").port(0).dataDir(dataDir).build());
        Bank east = open("east", coordinator);
        Bank west = open("west", coordinator);
        AtDataSource second =
            AtDataSource.wrap(
                west.faults(), east.client(), AtDataSourceOptions.builder().build())) {
      for (Bank bank : List.of(east, west)) {
        bank.put(1, "Ada", "100.00");
        bank.awaitConnected();
      }
      // The first time reads metadata; what is counted is the steady state.
      transfer(east, second);
      awaitEnd(coordinator);

      List<String> sent = new ArrayList<>();
      long fewestRequests = Long.MAX_VALUE;
      // A heart-beat may fall into one run, hardly into each of them.
      for (int run = 0; run < 3; run++) {
        sent.clear();
        long before = coordinator.requests();
        try (var recording = record(east, sent)) {
          transfer(east, second);
          fewestRequests = Math.min(fewestRequests, coordinator.requests() - before);
        }
        awaitEnd(coordinator);
      }

      assertThat(sent)
          .as("statements of one branch")
          .hasSizeBetween(3, statementsPerBranch)
          .contains("COMMIT");
      assertThat(fewestRequests).as("coordinator requests").isEqualTo(COORDINATOR_REQUESTS);
    }
  }

  /** Phase two is over, and the coordinator was told. */
  private static void awaitEnd(CoordinatorServer coordinator) {
    await("the transaction is forgotten")
        .atMost(Duration.ofSeconds(30))
        .until(() -> coordinator.status(1).join().counts().committing() == 0);
  }

  private Bank open(String name, CoordinatorServer coordinator) throws Exception {
    return Bank.open(
        name,
        SharedServers.freshDatabase(kind),
        "127.0.0.1:" + coordinator.port(),
        "",
        options -> options);
  }

  /** Both branches from one process, as an application with two data sources has them. */
  private static void transfer(Bank east, AtDataSource second) throws Exception {
    east.client()
        .execute(
            GlobalTransactionOptions.named("transfer"),
            () -> {
              east.add(1, "-1.00");
              try (var connection = second.getConnection()) {
                connection.setAutoCommit(false);
                Bank.add(connection, 1, "1.00");
                connection.commit();
              }
            });
  }

  /** What the thread of the business code sends; phase two runs on others. */
  private static AutoCloseable record(Bank bank, List<String> sent) {
    Thread caller = Thread.currentThread();
    return bank.faults()
        .install(
            new FaultyDataSource.Hook() {
              @Override
              public void before(String what) {
                if (Thread.currentThread() == caller) {
                  sent.add(what);
                }
              }
            });
  }
}
