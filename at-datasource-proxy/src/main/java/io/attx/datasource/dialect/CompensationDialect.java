package io.attx.datasource.dialect;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/** How one database is prepared for phase two and for exact compensation. */
public interface CompensationDialect {
  /**
   * Makes a session of the pool fit for phase two, as far as it is a matter of the session and not
   * of one transaction: lock time-out, sql_mode, time zone. Autocommit is off already and no
   * transaction is open.
   *
   * @return restores the session as it was; when that fails the connection must be discarded
   */
  SessionRestore prepare(Connection connection, Duration lockTimeout) throws SQLException;

  /**
   * The first that happens in each transaction of a prepared session: READ COMMITTED, and the
   * settings that belong to one transaction.
   */
  void begin(Connection connection, Duration lockTimeout) throws SQLException;

  /**
   * Whether the failure is a passing obstacle (a lock time-out, a deadlock, a full disk, a
   * read-only replica): worth a new try with nothing changed.
   */
  boolean isTransient(SQLException failure);

  /** Whether the failure is a violated unique, foreign key, check or not-null constraint. */
  boolean isConstraintViolation(SQLException failure);

  /** The text between the column list and VALUES that lets identity columns be given, or empty. */
  String overridingSystemValue();

  /** Whether {@link #switchForeignKeyChecks} does something. */
  default boolean canSwitchForeignKeyChecks() {
    return false;
  }

  /**
   * Switches the check of foreign keys in this session, where that is possible for an ordinary
   * user. {@link #prepare} leaves it on.
   *
   * @return whether it was switched
   */
  default boolean switchForeignKeyChecks(Connection connection, boolean on) throws SQLException {
    return false;
  }

  /** Undoes {@link #prepare}. */
  interface SessionRestore {
    /** Restores the session. */
    void restore(Connection connection) throws SQLException;
  }
}
