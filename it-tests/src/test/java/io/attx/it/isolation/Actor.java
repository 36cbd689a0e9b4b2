package io.attx.it.isolation;

import io.attx.client.AtClient;
import io.attx.client.GlobalTransaction;
import io.attx.client.GlobalTransactionOptions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * One transaction on a thread of its own, driven step by step: each call returns when its step is
 * over. Keeps one local transaction open per database until it is told to commit.
 */
final class Actor implements AutoCloseable {
  private final AtClient client;
  private final Access access;
  private final int isolation;
  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private final Map<DataSource, Connection> open = new LinkedHashMap<>();
  private @Nullable GlobalTransaction global;

  Actor(AtClient client, Access access, int isolation) throws Exception {
    this.client = client;
    this.access = access;
    this.isolation = isolation;
    if (access.global) {
      step(() -> global = client.begin(GlobalTransactionOptions.named("isolation")));
    }
  }

  int read(DataSource database, int row) throws Exception {
    String sql = "select v from item where id = ?" + (access.locking ? " for update" : "");
    return step(
        () -> {
          try (PreparedStatement query = on(database).prepareStatement(sql)) {
            query.setInt(1, row);
            try (ResultSet result = query.executeQuery()) {
              result.next();
              return result.getInt(1);
            }
          }
        });
  }

  void write(DataSource database, int row, int value) throws Exception {
    step(
        () -> {
          try (PreparedStatement update =
              on(database).prepareStatement("update item set v = ? where id = ?")) {
            update.setInt(1, value);
            update.setInt(2, row);
            return update.executeUpdate();
          }
        });
  }

  /** Ends phase one: every local transaction is committed, nothing is decided. */
  void commitLocally() throws Exception {
    step(
        () -> {
          for (Connection connection : open.values()) {
            connection.commit();
          }
          return null;
        });
  }

  /** Commits locally, and globally where there is a global transaction. */
  void commit() throws Exception {
    commitLocally();
    GlobalTransaction mine = global;
    if (mine != null) {
      step(
          () -> {
            mine.commit();
            return null;
          });
    }
  }

  private Connection on(DataSource database) throws SQLException {
    Connection connection = open.get(database);
    if (connection == null) {
      connection = database.getConnection();
      open.put(database, connection);
      connection.setTransactionIsolation(isolation);
      connection.setAutoCommit(false);
    }
    return connection;
  }

  private <T> T step(Callable<T> work) throws Exception {
    try {
      return thread.submit(work).get(60, TimeUnit.SECONDS);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw failed;
    }
  }

  /** Takes back what is not committed. */
  @Override
  public void close() throws Exception {
    step(
        () -> {
          for (Connection connection : open.values()) {
            connection.rollback();
            connection.close();
          }
          if (global != null) {
            global.close();
          }
          return null;
        });
    thread.shutdown();
  }
}
