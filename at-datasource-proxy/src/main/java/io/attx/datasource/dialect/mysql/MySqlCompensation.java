package io.attx.datasource.dialect.mysql;

import io.attx.datasource.dialect.CompensationDialect;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;

/**
 * Prepares sessions for phase two. Foreign keys stay checked by the server: the order of
 * compensation keeps them, and a parent or child of somebody else's then is an error that is seen
 * instead of a reference to nothing. They are off only for a moment where InnoDB refuses what
 * leaves no reference broken.
 */
public final class MySqlCompensation implements CompensationDialect {
  private static final String READ =
      "SELECT @@SESSION.sql_mode, @@SESSION.time_zone, @@SESSION.foreign_key_checks,"
          + " @@SESSION.unique_checks, @@SESSION.sql_safe_updates, @@SESSION.sql_select_limit,"
          + " @@SESSION.innodb_lock_wait_timeout, @@SESSION.lock_wait_timeout";
  private static final String WRITE =
      "SET SESSION sql_mode = ?, SESSION time_zone = ?, SESSION foreign_key_checks = ?,"
          + " SESSION unique_checks = ?, SESSION sql_safe_updates = ?,"
          + " SESSION sql_select_limit = CAST(? AS UNSIGNED),"
          + " SESSION innodb_lock_wait_timeout = ?, SESSION lock_wait_timeout = ?";

  private static final String NO_LIMIT = "18446744073709551615";
  private static final String NO_BACKSLASH_ESCAPES = "NO_BACKSLASH_ESCAPES";

  /** Zero keys and zero dates are values like others. */
  private static final String EXACT_MODE = "NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES";

  /**
   * Lock time-out, deadlock, full lock table, NOWAIT, changed snapshot, read-only server or
   * transaction, full disk or table, interrupted query, too many connections, changed table.
   */
  private static final Set<Integer> TRANSIENT =
      Set.of(1205, 1213, 1206, 3572, 1020, 1290, 1836, 1792, 1021, 1114, 1317, 3024, 1040, 1412);

  /** Column without a value, check constraint of MySQL: HY000 instead of class 23. */
  private static final Set<Integer> CONSTRAINT = Set.of(1364, 3819);

  /** For MySQL and MariaDB. */
  public MySqlCompensation() {}

  @Override
  public SessionRestore prepare(Connection connection, Duration lockTimeout) throws SQLException {
    Settings before = read(connection);
    long seconds = Math.max(1, lockTimeout.toSeconds());
    write(
        connection,
        new Settings(exactMode(before.mode()), "+00:00", 1, 1, 0, NO_LIMIT, seconds, seconds));
    return restored -> write(restored, before);
  }

  /** Applies to the next transaction alone, so there is nothing to restore. */
  @Override
  public void begin(Connection connection, Duration lockTimeout) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE");
    }
  }

  @Override
  public boolean isTransient(SQLException failure) {
    return TRANSIENT.contains(failure.getErrorCode());
  }

  @Override
  public boolean isConstraintViolation(SQLException failure) {
    String state = failure.getSQLState();
    return (state != null && state.startsWith("23")) || CONSTRAINT.contains(failure.getErrorCode());
  }

  @Override
  public String overridingSystemValue() {
    return "";
  }

  @Override
  public boolean canSwitchForeignKeyChecks() {
    return true;
  }

  @Override
  public boolean switchForeignKeyChecks(Connection connection, boolean on) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET SESSION foreign_key_checks = " + (on ? 1 : 0));
      return true;
    }
  }

  /** Drivers that escape on the client learn of NO_BACKSLASH_ESCAPES only once: it must stay. */
  private static String exactMode(String before) {
    return ("," + before + ",").contains("," + NO_BACKSLASH_ESCAPES + ",")
        ? EXACT_MODE + "," + NO_BACKSLASH_ESCAPES
        : EXACT_MODE;
  }

  private static Settings read(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(READ)) {
      row.next();
      return new Settings(
          row.getString(1),
          row.getString(2),
          row.getInt(3),
          row.getInt(4),
          row.getInt(5),
          row.getString(6),
          row.getLong(7),
          row.getLong(8));
    }
  }

  private static void write(Connection connection, Settings settings) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(WRITE)) {
      statement.setString(1, settings.mode());
      statement.setString(2, settings.timeZone());
      statement.setInt(3, settings.foreignKeyChecks());
      statement.setInt(4, settings.uniqueChecks());
      statement.setInt(5, settings.safeUpdates());
      statement.setString(6, settings.selectLimit());
      statement.setLong(7, settings.rowLockSeconds());
      statement.setLong(8, settings.tableLockSeconds());
      statement.execute();
    }
  }

  private record Settings(
      String mode,
      String timeZone,
      int foreignKeyChecks,
      int uniqueChecks,
      int safeUpdates,
      String selectLimit,
      long rowLockSeconds,
      long tableLockSeconds) {}
}
