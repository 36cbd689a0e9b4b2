package io.attx.datasource.dialect;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/** How one database is prepared for phase two and for exact compensation. */
public interface CompensationDialect {
  /**
   * Makes a session of the pool fit for phase two: READ COMMITTED, autocommit off, lock time-out,
   * sql_mode, time zone, search_path and what else exactness needs.
   *
   * @return restores the session as it was; when that fails the connection must be discarded
   */
  SessionRestore prepare(Connection connection, Duration lockTimeout) throws SQLException;

  /** Whether the failure is a lock time-out or a deadlock: worth a new try. */
  boolean isTransient(SQLException failure);

  /** The text between the column list and VALUES that lets identity columns be given, or empty. */
  String overridingSystemValue();

  /** Undoes {@link #prepare}. */
  interface SessionRestore {
    /** Restores the session. */
    void restore(Connection connection) throws SQLException;
  }
}
