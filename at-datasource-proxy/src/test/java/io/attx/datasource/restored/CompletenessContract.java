package io.attx.datasource.restored;

import static org.assertj.core.api.Assertions.assertThat;

import io.attx.Xid;
import io.attx.databases.DatabaseAddress;
import io.attx.databases.DatabaseKind;
import io.attx.databases.SharedServers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Writers outside of everything change rows while a statement is imaged and executed; no row that
 * the statement changed escapes its image. They do the same to a twin of the table, so that after
 * the rollback both hold the same.
 */
@Timeout(120)
abstract class CompletenessContract {
  private static final long SEED = Long.getLong("attx.completeness.seed", 7);
  private static final long RUN_MILLIS = Long.getLong("attx.completeness.millis", 1_000);
  private static final int WRITERS = 2;
  private static final long BLOCKED_MILLIS = 30;

  private final DatabaseKind kind;
  private final Seam seam = new Seam();
  private DatabaseAddress address;
  private Lab lab;

  CompletenessContract(DatabaseKind kind) {
    this.kind = kind;
  }

  /** READ COMMITTED, REPEATABLE READ and SERIALIZABLE. */
  static final List<Integer> LEVELS =
      List.of(
          Connection.TRANSACTION_READ_COMMITTED,
          Connection.TRANSACTION_REPEATABLE_READ,
          Connection.TRANSACTION_SERIALIZABLE);

  /** What the application runs over rows 1 to 9, whose n is their id. */
  private static final List<String> STATEMENTS =
      List.of(
          "UPDATE t SET n = n + 100 WHERE n BETWEEN 3 AND 6",
          "UPDATE t SET n = n + 100",
          "UPDATE t SET n = 100 WHERE NOT (n < 4)",
          "UPDATE t SET n = n + 100 WHERE id = 5",
          "DELETE FROM t WHERE n BETWEEN 3 AND 6",
          "DELETE FROM t",
          "DELETE FROM t WHERE id = 5 OR n = 6");

  /**
   * What somebody else does meanwhile; each makes rows fit that did not, or the other way round.
   */
  private static final List<List<String>> WRITES =
      List.of(
          List.of("INSERT INTO %s VALUES (50, 4, 'new')"),
          List.of("UPDATE %s SET n = 5 WHERE id = 1", "INSERT INTO %s VALUES (51, 6, 'new')"),
          List.of("UPDATE %s SET n = 77 WHERE id = 9"),
          List.of("DELETE FROM %s WHERE id = 2"),
          List.of("UPDATE %s SET n = 6 WHERE id = 8", "DELETE FROM %s WHERE id = 7"));

  @BeforeEach
  void open() throws SQLException {
    address = SharedServers.freshDatabase(kind);
    lab = new Lab(address, options -> options, lockTimeout(), seam::watch);
    for (String table : List.of("t", "twin")) {
      lab.execute("CREATE TABLE " + table + " (id INT PRIMARY KEY, n INT, s VARCHAR(20))");
    }
  }

  @AfterEach
  void close() throws SQLException {
    lab.close();
  }

  private String lockTimeout() {
    return switch (kind) {
      case H2 -> "SET LOCK_TIMEOUT 200";
      case POSTGRESQL -> "SET lock_timeout = '200ms'";
      case MYSQL, MARIADB -> "SET innodb_lock_wait_timeout = 1";
    };
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private void fill() throws SQLException {
    for (String table : List.of("t", "twin")) {
      lab.execute("DELETE FROM " + table);
      for (int i = 1; i < 10; i++) {
        lab.execute("INSERT INTO " + table + " VALUES (" + i + ", " + i + ", 'old')");
      }
    }
  }

  /** Does the same to the table and its twin, or nothing. */
  private static boolean write(Connection connection, Statement statement, List<String> texts)
      throws SQLException {
    connection.setAutoCommit(false);
    try {
      for (String text : texts) {
        int there = statement.executeUpdate(text.formatted("t"));
        int twin = statement.executeUpdate(text.formatted("twin"));
        if (there != twin) {
          throw new AssertionError(text + " changed " + there + " rows, and " + twin);
        }
      }
      connection.commit();
      return true;
    } catch (SQLException blocked) {
      rollBack(connection);
      return false;
    }
  }

  /** A late cancellation may hit the rollback instead. */
  private static void rollBack(Connection connection) throws SQLException {
    try {
      connection.rollback();
    } catch (SQLException cancelled) {
      connection.rollback();
    }
  }

  /** What is blocked by row locks is cancelled, because the statement would wait for it too. */
  private static void writeUnlessBlocked(Connection connection, List<String> texts)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      CompletableFuture<Boolean> written =
          CompletableFuture.supplyAsync(() -> writeOrFail(connection, statement, texts));
      while (true) {
        try {
          written.get(BLOCKED_MILLIS, TimeUnit.MILLISECONDS);
          return;
        } catch (TimeoutException blocked) {
          statement.cancel();
        } catch (InterruptedException | ExecutionException failure) {
          throw new AssertionError("the other writer failed", failure);
        }
      }
    }
  }

  private static boolean writeOrFail(
      Connection connection, Statement statement, List<String> texts) {
    try {
      return write(connection, statement, texts);
    } catch (SQLException failure) {
      throw new CompletionException(failure);
    }
  }

  private void requireTwins(String after) throws SQLException {
    assertThat(rows("t")).as("the table after %s", after).isEqualTo(rows("twin"));
  }

  private List<String> rows(String table) throws SQLException {
    try (Statement statement = lab.plain().createStatement();
        ResultSet rows = statement.executeQuery("SELECT id, n, s FROM " + table + " ORDER BY id")) {
      List<String> all = new ArrayList<>();
      while (rows.next()) {
        all.add(rows.getInt(1) + "," + rows.getString(2) + "," + rows.getString(3));
      }
      return all;
    }
  }

  @ParameterizedTest(name = "isolation {0}")
  @FieldSource("LEVELS")
  void whatSlipsInBetweenTheImageAndTheStatementIsLeftAlone(int level) throws Exception {
    for (String sql : STATEMENTS) {
      whatSlipsIn(level, sql, text -> text.startsWith(sql.substring(0, 6)));
    }
  }

  @ParameterizedTest(name = "isolation {0}")
  @FieldSource("LEVELS")
  void whatHappenedSinceTheSnapshotWasTakenIsImagedToo(int level) throws Exception {
    for (String sql : STATEMENTS) {
      whatSlipsIn(level, sql, text -> true);
    }
  }

  private void whatSlipsIn(int level, String sql, Predicate<String> where) throws Exception {
    for (List<String> writes : WRITES) {
      fill();
      Xid xid = lab.begin();
      try (Connection other = address.connect()) {
        if (kind == DatabaseKind.H2) {
          // Its waits for a lock cannot be cancelled.
          execute(other, "SET LOCK_TIMEOUT 30");
        }
        lab.within(
            xid,
            connection -> {
              connection.setTransactionIsolation(level);
              connection.setAutoCommit(false);
              look(connection);
              // What the last transaction left behind is deleted meanwhile, on other connections.
              Predicate<String> own = where.and(text -> !text.contains("undo_log"));
              seam.before(own, () -> writeUnlessBlocked(other, writes));
              change(connection, sql);
            });
        assertThat(seam.isDone()).as("the seam of %s was reached", sql).isTrue();
      }
      lab.rollback(xid);
      requireTwins(sql + " beside " + writes);
    }
  }

  /** Takes the snapshot. */
  private static void look(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM t")) {
      rows.next();
    }
  }

  /** A failure that leaves nothing behind is fine: serialisation, a lock that was not given. */
  private static boolean change(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
      connection.commit();
      return true;
    } catch (SQLException transientFailure) {
      connection.rollback();
      return false;
    }
  }

  @ParameterizedTest(name = "isolation {0}")
  @FieldSource("LEVELS")
  void noRowEscapesWhileOthersWriteAtRandom(int level) throws Exception {
    fill();
    ReentrantReadWriteLock writing = new ReentrantReadWriteLock(true);
    AtomicBoolean stopped = new AtomicBoolean();
    AtomicInteger written = new AtomicInteger();
    AtomicInteger changed = new AtomicInteger();
    List<Thread> writers =
        Stream.iterate(0, i -> i + 1)
            .limit(WRITERS)
            .map(i -> new Thread(() -> writeAtRandom(i, writing, stopped, written)))
            .toList();
    writers.forEach(Thread::start);
    try {
      changeAtRandom(level, writing, written, changed);
    } finally {
      stopped.set(true);
      for (Thread writer : writers) {
        writer.join(TimeUnit.SECONDS.toMillis(60));
      }
    }
    assertThat(changed.get()).as("statements that were executed").isPositive();
    assertThat(written.get()).as("writes of others").isPositive();
  }

  private void changeAtRandom(
      int level, ReentrantReadWriteLock writing, AtomicInteger written, AtomicInteger changed)
      throws Exception {
    Random random = new Random(SEED);
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(RUN_MILLIS);
    while (System.nanoTime() < end || changed.get() < 5 || written.get() < 5) {
      String sql = RandomTable.pick(STATEMENTS, random);
      boolean looks = random.nextBoolean();
      Xid xid = lab.begin();
      boolean[] done = {false};
      lab.within(
          xid,
          connection -> {
            connection.setTransactionIsolation(level);
            connection.setAutoCommit(false);
            if (looks) {
              look(connection);
            }
            try (Statement statement = connection.createStatement()) {
              statement.executeUpdate(sql);
            } catch (SQLException transientFailure) {
              connection.rollback();
              return;
            }
            // From the commit to the end of the rollback a write of somebody else would be dirt.
            writing.writeLock().lock();
            done[0] = commit(connection);
          });
      try {
        lab.rollback(xid);
        if (done[0]) {
          changed.incrementAndGet();
          requireTwins(sql + ", seed " + SEED);
        }
      } finally {
        if (writing.isWriteLockedByCurrentThread()) {
          writing.writeLock().unlock();
        }
      }
    }
  }

  private static boolean commit(Connection connection) throws SQLException {
    try {
      connection.commit();
      return true;
    } catch (SQLException serialisation) {
      connection.rollback();
      return false;
    }
  }

  private void writeAtRandom(
      int number, ReentrantReadWriteLock writing, AtomicBoolean stopped, AtomicInteger written) {
    Random random = new Random(SEED + 1 + number);
    try (Connection connection = address.connect();
        Statement statement = connection.createStatement()) {
      execute(connection, lockTimeout());
      while (!stopped.get()) {
        writing.readLock().lock();
        try {
          written.addAndGet(write(connection, statement, randomWrite(number, random)) ? 1 : 0);
        } finally {
          writing.readLock().unlock();
        }
      }
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private static List<String> randomWrite(int number, Random random) {
    int id = random.nextInt(12) * WRITERS + number;
    int value = random.nextInt(10);
    return switch (random.nextInt(4)) {
      case 0 -> List.of("DELETE FROM %s WHERE id = " + id);
      case 1 ->
          List.of(
              "DELETE FROM %s WHERE id = " + id,
              "INSERT INTO %s VALUES (" + id + ", " + value + ", 'new')");
      default -> List.of("UPDATE %s SET n = " + value + " WHERE id = " + id);
    };
  }
}
