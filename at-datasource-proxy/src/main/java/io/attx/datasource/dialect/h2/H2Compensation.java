package io.attx.datasource.dialect.h2;

import io.attx.datasource.dialect.CompensationDialect;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;

/** Prepares sessions for phase two. */
final class H2Compensation implements CompensationDialect {
  /** Deadlock, lock time-out, concurrent update, query time-out, read-only, out of memory. */
  private static final Set<Integer> TRANSIENT = Set.of(40001, 50200, 90131, 57014, 90097, 90108);

  @Override
  public SessionRestore prepare(Connection connection, Duration lockTimeout) throws SQLException {
    int isolation = connection.getTransactionIsolation();
    long before = lockTimeoutMillis(connection);
    setLockTimeout(connection, lockTimeout.toMillis());
    connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
    return restored -> {
      setLockTimeout(restored, before);
      restored.setTransactionIsolation(isolation);
    };
  }

  @Override
  public void begin(Connection connection, Duration lockTimeout) {}

  @Override
  public boolean isTransient(SQLException failure) {
    return TRANSIENT.contains(failure.getErrorCode());
  }

  @Override
  public boolean isConstraintViolation(SQLException failure) {
    String state = failure.getSQLState();
    return state != null && state.startsWith("23");
  }

  @Override
  public String overridingSystemValue() {
    return "OVERRIDING SYSTEM VALUE";
  }

  private static long lockTimeoutMillis(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT LOCK_TIMEOUT()")) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private static void setLockTimeout(Connection connection, long millis) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET LOCK_TIMEOUT " + millis);
    }
  }
}
