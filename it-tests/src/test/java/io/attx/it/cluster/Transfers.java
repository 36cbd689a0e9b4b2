package io.attx.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.attx.AttxException;
import io.attx.client.AtClient;
import io.attx.client.AtClientOptions;
import io.attx.client.GlobalTransactionOptions;
import io.attx.databases.DatabaseAddress;
import io.attx.databases.DatabaseKind;
import io.attx.databases.SharedServers;
import io.attx.datasource.AtDataSource;
import io.attx.datasource.AtDataSourceOptions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Money that moves between two databases while the coordinators are disturbed. Every transfer
 * leaves its number in a journal of both databases, so that each acknowledged outcome can be
 * checked.
 */
final class Transfers implements AutoCloseable {
  private static final int ACCOUNTS = 20;
  private static final int THREADS = 4;

  private final AtClient client;
  private final Side east;
  private final Side west;
  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
  private final List<Future<?>> running = new ArrayList<>();
  private final AtomicInteger numbers = new AtomicInteger();
  private final Set<Integer> committed = new ConcurrentSkipListSet<>();
  private final Set<Integer> rolledBack = new ConcurrentSkipListSet<>();
  private final Set<Integer> unknown = new ConcurrentSkipListSet<>();
  private volatile boolean stop;

  /** The business failure of every fifth transfer. */
  private static final class Declined extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private record Side(DatabaseAddress address, HikariDataSource pool, AtDataSource proxy) {}

  Transfers(String[] coordinators, DatabaseKind eastKind, DatabaseKind westKind)
      throws SQLException {
    client =
        AtClient.connect(
            AtClientOptions.builder()
                .application("transfers")
                .coordinators(coordinators)
                .requestTimeout(Duration.ofSeconds(20))
                .build());
    east = side("east", eastKind);
    west = side("west", westKind);
    await().atMost(Duration.ofSeconds(60)).until(client::isConnected);
  }

  private Side side(String name, DatabaseKind kind) throws SQLException {
    DatabaseAddress address = SharedServers.freshDatabase(kind);
    try (Connection connection = address.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("create table account (id int not null primary key, balance int not null)");
      statement.execute("create table journal (id int not null primary key, amount int not null)");
      for (int i = 0; i < ACCOUNTS; i++) {
        statement.execute("insert into account values (" + i + ", 1000)");
      }
    }
    HikariConfig config = new HikariConfig();
    config.setDataSource(address.dataSource());
    config.setPoolName(name);
    config.setMaximumPoolSize(THREADS + 4);
    HikariDataSource pool = new HikariDataSource(config);
    return new Side(
        address,
        pool,
        AtDataSource.wrap(pool, client, AtDataSourceOptions.builder().createSchema(true).build()));
  }

  /** Starts the load. */
  void start(long seed) {
    for (int i = 0; i < THREADS; i++) {
      Random random = new Random(seed + i);
      running.add(threads.submit(() -> work(random)));
    }
  }

  private @Nullable Void work(Random random) throws Exception {
    while (!stop) {
      int number = numbers.incrementAndGet();
      int amount = 1 + random.nextInt(20);
      int from = random.nextInt(ACCOUNTS);
      int to = random.nextInt(ACCOUNTS);
      boolean declined = random.nextInt(5) == 0;
      try {
        client.execute(
            GlobalTransactionOptions.named("transfer").timeout(Duration.ofSeconds(30)),
            () -> {
              move(east.proxy(), number, from, -amount);
              move(west.proxy(), number, to, amount);
              if (declined) {
                throw new Declined();
              }
            });
        committed.add(number);
      } catch (Declined | SQLTransientException asIntended) {
        (asIntended.getSuppressed().length == 0 ? rolledBack : unknown).add(number);
      } catch (AttxException disturbed) {
        unknown.add(number);
        TimeUnit.MILLISECONDS.sleep(20); // As a caller that tries again would.
      }
    }
    return null;
  }

  private static void move(DataSource side, int number, int account, int amount)
      throws SQLException {
    try (Connection connection = side.getConnection()) {
      connection.setAutoCommit(false);
      try (PreparedStatement update =
              connection.prepareStatement("update account set balance = balance + ? where id = ?");
          PreparedStatement insert =
              connection.prepareStatement("insert into journal (id, amount) values (?, ?)")) {
        update.setInt(1, amount);
        update.setInt(2, account);
        update.executeUpdate();
        insert.setInt(1, number);
        insert.setInt(2, amount);
        insert.executeUpdate();
        connection.commit();
      } catch (SQLException | RuntimeException e) {
        connection.rollback();
        throw e;
      }
    }
  }

  int commits() {
    return committed.size();
  }

  /** Those whose caller was told of a disturbance, to be repeated if wanted. */
  int disturbed() {
    return unknown.size();
  }

  /** Waits until so many more transfers are acknowledged as committed. */
  void awaitMoreCommits(int more) {
    int before = commits();
    await("transfers go on")
        .atMost(Duration.ofSeconds(120))
        .until(() -> commits() >= before + more || running.stream().anyMatch(Future::isDone));
  }

  /** Stops the load; a failure of one of its threads is thrown. */
  void stop() throws Exception {
    stop = true;
    for (Future<?> thread : running) {
      thread.get(120, TimeUnit.SECONDS);
    }
  }

  /** All is over, and both databases and all callers agree. */
  void check() throws SQLException {
    await("no undo row is left")
        .atMost(Duration.ofSeconds(120))
        .untilAsserted(
            () -> {
              assertThat(query(east, "select count(*) from undo_log")).containsExactly(0);
              assertThat(query(west, "select count(*) from undo_log")).containsExactly(0);
            });
    Set<Integer> inEast = query(east, "select id from journal");
    Set<Integer> inWest = query(west, "select id from journal");
    assertThat(inEast).as("both databases have the same transfers").isEqualTo(inWest);
    assertThat(inEast).as("every acknowledged commit is there").containsAll(committed);
    assertThat(inEast)
        .as("nothing that was acknowledged as rolled back is there")
        .doesNotContainAnyElementsOf(rolledBack);
    int sum =
        query(east, "select sum(balance) from account").iterator().next()
            + query(west, "select sum(balance) from account").iterator().next();
    assertThat(sum).as("money").isEqualTo(2 * ACCOUNTS * 1000);
    noLockIsLeft();
  }

  /** A transaction that changes every account gets all its locks. */
  private void noLockIsLeft() {
    await("no lock is left")
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .until(
            () -> {
              client.execute(
                  GlobalTransactionOptions.named("all"),
                  () -> {
                    for (Side side : List.of(east, west)) {
                      try (Connection connection = side.proxy().getConnection();
                          Statement statement = connection.createStatement()) {
                        statement.executeUpdate("update account set balance = balance + 0");
                      }
                    }
                  });
              return true;
            });
  }

  private static Set<Integer> query(Side side, String sql) throws SQLException {
    Set<Integer> values = new TreeSet<>();
    try (Connection connection = side.address().connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      while (row.next()) {
        values.add(row.getInt(1));
      }
    }
    return values;
  }

  @Override
  public void close() {
    stop = true;
    threads.shutdownNow();
    for (Side side : List.of(east, west)) {
      side.proxy().close();
      side.pool().close();
    }
    client.close();
  }
}
