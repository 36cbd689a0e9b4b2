package io.attx.it.isolation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.attx.GlobalTransactionException;
import io.attx.client.AtClient;
import io.attx.client.AtClientOptions;
import io.attx.client.GlobalTransaction;
import io.attx.client.GlobalTransactionOptions;
import io.attx.coordinator.CoordinatorOptions;
import io.attx.coordinator.CoordinatorServer;
import io.attx.databases.DatabaseAddress;
import io.attx.databases.DatabaseKind;
import io.attx.databases.SharedServers;
import io.attx.datasource.AtDataSource;
import io.attx.datasource.AtDataSourceOptions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Concurrent transactions over several rows of two databases, a third of them rolled back, whose
 * history has no dirty write, no lost update and, under row locks, no dirty read. {@code
 * -Dattx.history.transactions=N} plays more, {@code -Dattx.seed=S} other ones.
 */
@Timeout(600)
abstract class AppendHistoryContract {
  private static final int THREADS = 6;
  private static final int LISTS = 4;
  private static final int TRANSACTIONS = Integer.getInteger("attx.history.transactions", 240);

  private final DatabaseKind kind;
  private final AppendHistory history = new AppendHistory();
  private final AtomicInteger numbers = new AtomicInteger();
  private final AtomicInteger undone = new AtomicInteger();
  private final Map<String, AtDataSource> databases = new HashMap<>();
  private final Map<String, DatabaseAddress> addresses = new HashMap<>();

  AppendHistoryContract(DatabaseKind kind) {
    this.kind = kind;
  }

  @Test
  void the_history_of_concurrent_appends_has_no_dirty_write_and_no_lost_update() throws Exception {
    long seed = Long.getLong("attx.seed", 20_261_120L);
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try (CoordinatorServer coordinator =
            CoordinatorServer.start(CoordinatorOptions.builder().port(0).inMemory(true).build());
        AtClient client =
            AtClient.connect(
                AtClientOptions.builder()
                    .application("history")
                    .coordinators("127.0.0.1:" + coordinator.port())
                    .build());
        AtDataSource east = open(client, "east");
        AtDataSource west = open(client, "west")) {
      databases.put("east", east);
      databases.put("west", west);
      await().atMost(Duration.ofSeconds(30)).until(client::isConnected);
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        Random random = new Random(seed + i);
        running.add(threads.submit(() -> work(client, random)));
      }
      for (Future<?> thread : running) {
        thread.get();
      }
      await("all is decided and undone")
          .atMost(Duration.ofSeconds(60))
          .until(() -> coordinator.status(1).join().counts().locks() == 0);
      history.check(lists());
      assertThat(history.commits()).as("seed %s", seed).isGreaterThan(TRANSACTIONS / 4);
      assertThat(undone).as("seed %s", seed).hasValueGreaterThan(TRANSACTIONS / 6);
    } finally {
      threads.shutdownNow();
    }
  }

  private @Nullable Void work(AtClient client, Random random) throws Exception {
    for (int number = numbers.incrementAndGet();
        number <= TRANSACTIONS;
        number = numbers.incrementAndGet()) {
      Set<String> touched = new LinkedHashSet<>();
      GlobalTransaction tx =
          client.begin(GlobalTransactionOptions.named("append").timeout(Duration.ofSeconds(30)));
      try {
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
          String list = (random.nextBoolean() ? "east" : "west") + "/" + random.nextInt(LISTS);
          if (touched.add(list)) {
            append(number, list);
          }
        }
      } catch (SQLException busy) {
        tx.setRollbackOnly(); // A lock conflict or a deadlock: part of the game.
      }
      if (random.nextInt(3) == 0) {
        tx.setRollbackOnly();
      }
      end(tx, number, touched);
    }
    return null;
  }

  private void end(GlobalTransaction tx, int number, Set<String> touched) {
    try (tx) {
      tx.commit();
      history.committed(number, touched);
    } catch (GlobalTransactionException rolledBack) {
      undone.incrementAndGet();
    }
  }

  private void append(int number, String list) throws SQLException {
    int row = Integer.parseInt(list.substring(5));
    try (Connection connection = databases.get(list.substring(0, 4)).getConnection()) {
      connection.setAutoCommit(false);
      try (PreparedStatement query =
              connection.prepareStatement("select v from list where id = ? for update");
          PreparedStatement update =
              connection.prepareStatement("update list set v = ? where id = ?")) {
        query.setInt(1, row);
        String before = single(query);
        history.saw(number, list, parse(before));
        update.setString(1, before + number + " ");
        update.setInt(2, row);
        update.executeUpdate();
        connection.commit();
      } finally {
        connection.rollback();
      }
    }
  }

  private static String single(PreparedStatement query) throws SQLException {
    try (ResultSet row = query.executeQuery()) {
      row.next();
      return row.getString(1);
    }
  }

  private static List<Integer> parse(String list) {
    return Stream.of(list.trim().split(" "))
        .filter(word -> !word.isEmpty())
        .map(Integer::valueOf)
        .toList();
  }

  private Map<String, List<Integer>> lists() throws SQLException {
    Map<String, List<Integer>> lists = new HashMap<>();
    for (var address : addresses.entrySet()) {
      try (Connection connection = address.getValue().connect();
          Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery("select id, v from list")) {
        while (row.next()) {
          lists.put(address.getKey() + "/" + row.getInt(1), parse(row.getString(2)));
        }
      }
    }
    return lists;
  }

  private AtDataSource open(AtClient client, String name) throws SQLException {
    DatabaseAddress address = SharedServers.freshDatabase(kind);
    addresses.put(name, address);
    try (Connection connection = address.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "create table list (id int not null primary key, v varchar("
              + Math.min(60_000, 2_000 + 8 * TRANSACTIONS)
              + ") not null)");
      for (int i = 0; i < LISTS; i++) {
        statement.execute("insert into list values (" + i + ", ' ')");
      }
    }
    return AtDataSource.wrap(
        address.dataSource(), client, AtDataSourceOptions.builder().createSchema(true).build());
  }
}
