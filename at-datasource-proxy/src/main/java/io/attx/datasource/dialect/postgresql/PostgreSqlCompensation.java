package io.attx.datasource.dialect.postgresql;

import io.attx.datasource.dialect.CompensationDialect;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;

/** Prepares transactions for phase two; everything is local to the transaction. */
final class PostgreSqlCompensation implements CompensationDialect {
  /** Insufficient resources, program limit, object state (55P03), operator, system, internal. */
  private static final Set<String> TRANSIENT_CLASSES = Set.of("40", "53", "55", "57", "58");

  /** Read-only transaction; a plan made before the table changed. */
  private static final Set<String> TRANSIENT_STATES = Set.of("25006", "0A000");

  @Override
  public SessionRestore prepare(Connection connection, Duration lockTimeout) {
    return restored -> {};
  }

  /**
   * In one round trip. {@code search_path} is what the connection began with: qualified names do
   * not need it, functions and types without a schema do. {@code row_security = off} makes a policy
   * that would hide rows an error.
   */
  @Override
  public void begin(Connection connection, Duration lockTimeout) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "SET TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE;"
              + " SET LOCAL search_path TO DEFAULT;"
              + " SELECT set_config('lock_timeout', '"
              + lockTimeout.toMillis()
              + "', true), set_config('TimeZone', 'UTC', true),"
              + " set_config('DateStyle', 'ISO, YMD', true),"
              + " set_config('IntervalStyle', 'postgres', true),"
              + " set_config('extra_float_digits', '3', true),"
              + " set_config('lc_monetary', 'C', true),"
              + " set_config('bytea_output', 'hex', true),"
              + " set_config('xmloption', 'content', true),"
              + " set_config('row_security', 'off', true);"
              + " SET CONSTRAINTS ALL DEFERRED");
    }
  }

  @Override
  public boolean isTransient(SQLException failure) {
    String state = failure.getSQLState();
    return state != null
        && state.length() == 5
        && (TRANSIENT_CLASSES.contains(state.substring(0, 2)) || TRANSIENT_STATES.contains(state));
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
}
