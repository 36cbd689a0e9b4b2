package io.attx.examples.plain;

import io.attx.client.AtClient;
import io.attx.client.AtClientOptions;
import io.attx.client.GlobalTransactionContext;
import io.attx.client.GlobalTransactionOptions;
import io.attx.client.Participation;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Moves money from one bank to another, once successfully and once not. Needs a coordinator: {@code
 * java -jar at-transaction-coordinator.jar --in-memory}.
 */
public final class Transfer {

  private Transfer() {}

  /** Runs it against the coordinator that the argument names, or the one of this machine. */
  public static void main(String[] arguments) throws SQLException, InterruptedException {
    String coordinator = arguments.length == 0 ? "127.0.0.1:8091" : arguments[0];
    run(coordinator).forEach(System.out::println);
  }

  /** Does both transfers and tells what the balances were after each. */
  static List<String> run(String coordinator) throws SQLException, InterruptedException {
    AtClientOptions options =
        AtClientOptions.builder().application("transfer").coordinators(coordinator).build();
    List<String> report = new ArrayList<>();
    try (AtClient client = AtClient.connect(options);
        Bank north = new Bank("north", client, "ann", 100);
        Bank south = new Bank("south", client, "bob", 0)) {
      awaitConnection(client);

      transfer(client, north, south, "bob", 30);
      report.add(
          "after a transfer:        ann " + north.balance("ann") + ", bob " + south.balance("bob"));

      try {
        transfer(client, north, south, "cid", 50);
      } catch (IllegalStateException failed) {
        report.add("the next one fails:      " + failed.getMessage());
      }
      report.add(
          "ann has her money back:  ann " + north.balance("ann") + ", bob " + south.balance("bob"));
    }
    return report;
  }

  private static void transfer(AtClient client, Bank from, Bank to, String owner, int amount)
      throws SQLException {
    client.execute(
        GlobalTransactionOptions.named("transfer").timeout(Duration.ofSeconds(30)),
        () -> {
          from.add("ann", -amount); // Commits in its database at once.
          to.addFor(xidForAHeader(), owner, amount); // Fails for an unknown owner.
        });
  }

  /** The xid may leave the process once the coordinator knows of it. */
  private static String xidForAHeader() {
    Participation current = GlobalTransactionContext.current();
    if (current == null) {
      throw new IllegalStateException("not in a global transaction");
    }
    return current.export().toString();
  }

  /** The client connects in the background; a program that begins at once has to wait. */
  private static void awaitConnection(AtClient client) throws InterruptedException {
    for (int i = 0; i < 300 && !client.isConnected(); i++) {
      Thread.sleep(100);
    }
  }
}
