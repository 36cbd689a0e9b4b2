package io.attx.datasource.branch;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection of the pool that one phase-two thread keeps while it has work, so that callers who
 * wait for a global lock with all other connections in hand cannot starve the work that frees it.
 * It goes back as soon as the thread is idle. Used by one thread.
 */
final class HeldConnection {
  private static final Logger LOG = LoggerFactory.getLogger(HeldConnection.class);

  private final DataSource pool;
  private final boolean forDeletions;
  private @Nullable Connection connection;
  private int isolation;
  private boolean autoCommit;

  /**
   * @param forDeletions whether it is prepared for READ COMMITTED without autocommit, where
   *     deleting a missing undo row leaves no gap locked
   */
  HeldConnection(DataSource pool, boolean forDeletions) {
    this.pool = pool;
    this.forDeletions = forDeletions;
  }

  /** The connection, taken from the pool when there is none. */
  Connection get() throws SQLException {
    Connection held = connection;
    if (held == null) {
      held = pool.getConnection();
      connection = held;
      if (forDeletions) {
        isolation = held.getTransactionIsolation();
        held.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        autoCommit = held.getAutoCommit();
        held.setAutoCommit(false);
      }
    }
    return held;
  }

  /** Gives it back to the pool as it was. */
  void release() {
    Connection held = connection;
    if (held == null) {
      return;
    }
    try {
      if (forDeletions) {
        held.rollback();
        held.setTransactionIsolation(isolation);
        held.setAutoCommit(autoCommit);
      }
      held.close();
      connection = null;
    } catch (SQLException | RuntimeException failure) {
      LOG.debug("a phase-two connection could not be given back and is discarded", failure);
      discard();
    }
  }

  /** Throws it away: its state is not known. */
  void discard() {
    Connection held = connection;
    connection = null;
    if (held != null) {
      Connections.discard(held, LOG);
    }
  }
}
