package io.attx.benchmarks;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import javax.sql.DataSource;

/** What one business transaction does on each of its two databases. */
enum Workload {
  /** Two branches, one UPDATE by key each. */
  UPDATE(2, 8) {
    @Override
    void run(Connection connection, ThreadLocalRandom random) throws SQLException {
      updateOne(connection, random.nextInt(ROWS));
    }
  },
  /** An INSERT with a generated key and an UPDATE by key. */
  INSERT_UPDATE(2, 8) {
    @Override
    void run(Connection connection, ThreadLocalRandom random) throws SQLException {
      try (PreparedStatement insert =
          connection.prepareStatement(
              "insert into entry (account_id, amount) values (?, ?)",
              Statement.RETURN_GENERATED_KEYS)) {
        insert.setInt(1, random.nextInt(ROWS));
        insert.setInt(2, 1);
        insert.executeUpdate();
      }
      updateOne(connection, random.nextInt(ROWS));
    }
  },
  /** The first, always rolled back. */
  ROLLBACK(2, 8) {
    @Override
    void run(Connection connection, ThreadLocalRandom random) throws SQLException {
      updateOne(connection, random.nextInt(ROWS));
    }
  },
  /** One branch, one JDBC batch of 100 UPDATEs. */
  BATCH(1, 8) {
    @Override
    void run(Connection connection, ThreadLocalRandom random) throws SQLException {
      try (PreparedStatement update = connection.prepareStatement(UPDATE_SQL)) {
        int first = random.nextInt(ROWS / 100) * 100;
        for (int i = 0; i < 100; i++) {
          update.setInt(1, 1);
          update.setInt(2, first + i);
          update.addBatch();
        }
        update.executeBatch();
      }
    }
  },
  /** The first on ten hot rows. */
  HOT(2, 32) {
    @Override
    void run(Connection connection, ThreadLocalRandom random) throws SQLException {
      updateOne(connection, random.nextInt(10));
    }
  },
  /** One UPDATE of 1,000 rows by range. */
  RANGE(1, 8) {
    @Override
    void run(Connection connection, ThreadLocalRandom random) throws SQLException {
      int first = random.nextInt(ROWS / 1000) * 1000;
      try (PreparedStatement update =
          connection.prepareStatement(
              "update account set balance = balance + 1 where id between ? and ?")) {
        update.setInt(1, first);
        update.setInt(2, first + 999);
        update.executeUpdate();
      }
    }
  };

  static final int ROWS = 100_000;
  private static final String UPDATE_SQL = "update account set balance = balance + ? where id = ?";

  private final int branches;
  private final int threads;

  Workload(int branches, int threads) {
    this.branches = branches;
    this.threads = threads;
  }

  int branches() {
    return branches;
  }

  int threads() {
    return threads;
  }

  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  abstract void run(Connection connection, ThreadLocalRandom random) throws SQLException;

  private static void updateOne(Connection connection, int id) throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(UPDATE_SQL)) {
      update.setInt(1, 1);
      update.setInt(2, id);
      if (update.executeUpdate() != 1) {
        throw new IllegalStateException("account " + id + " is missing");
      }
    }
  }

  /** Creates and fills the tables of one database. */
  static void prepare(DataSource database, List<String> ddl) throws SQLException {
    try (Connection connection = database.getConnection()) {
      try (Statement statement = connection.createStatement()) {
        for (String sql : ddl) {
          statement.execute(sql);
        }
      }
      connection.setAutoCommit(false);
      try (PreparedStatement insert =
          connection.prepareStatement("insert into account (id, balance) values (?, 1000)")) {
        for (int i = 0; i < ROWS; i++) {
          insert.setInt(1, i);
          insert.addBatch();
          if (i % 5_000 == 4_999) {
            insert.executeBatch();
          }
        }
      }
      connection.commit();
    }
  }
}
