package io.attx.datasource.branch;

import io.attx.datasource.undo.BranchRollback;
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
  private BranchRollback.@Nullable Session session;

  /**
   * @param forDeletions whether it is prepared for READ COMMITTED without autocommit, where
   *     deleting a missing undo row leaves no gap locked
   */
  HeldConnection(DataSource pool, boolean forDeletions) {
    this.pool = pool;
    this.forDeletions = forDeletions;
  }

  /** The connection prepared for rollbacks, which stays so until something else is asked for. */
  BranchRollback.Session session(BranchRollback rollback) throws SQLException {
    BranchRollback.Session open = session;
    if (open == null) {
      open = rollback.open(get());
      session = open;
    }
    return open;
  }

  private void closeSession() throws SQLException {
    BranchRollback.Session open = session;
    session = null;
    if (open != null) {
      open.close();
    }
  }

  /** The plain connection, taken from the pool when there is none. */
  Connection get() throws SQLException {
    closeSession();
    Connection held = connection;
    if (held == null) {
      held = pool.getConnection();
      connection = held;
      autoCommit = held.getAutoCommit();
      if (forDeletions) {
        isolation = held.getTransactionIsolation();
        held.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
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
      closeSession();
      if (forDeletions) {
        held.rollback();
        held.setTransactionIsolation(isolation);
      }
      held.setAutoCommit(autoCommit);
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
    session = null;
    if (held != null) {
      Connections.discard(held, LOG);
    }
  }
}
