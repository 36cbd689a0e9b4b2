package io.attx.datasource.undo;

import io.attx.BranchRef;
import io.attx.datasource.dialect.AtDialect;
import io.attx.datasource.dialect.CompensationDialect.SessionRestore;
import io.attx.datasource.dirty.DirtyRowDecider;
import io.attx.datasource.image.RowReader;
import io.attx.datasource.metadata.MetadataCache;
import io.attx.datasource.undo.RollbackAttempt.Phase;
import io.attx.undolog.codec.UndoFormatException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Undoes one branch in one local transaction of its own. Thread-safe. */
public final class BranchRollback {
  private static final Logger LOG = LoggerFactory.getLogger(BranchRollback.class);
  private static final int CHUNK_ROWS = 500;

  private final AtDialect dialect;
  private final UndoStore store;
  private final Duration lockTimeout;
  private final DirtyRowDecider decider;
  private final RowReader reader;
  private final MetadataCache tables;

  /** For one database and undo table; dirty rows are held. */
  public BranchRollback(AtDialect dialect, UndoStore store, Duration lockTimeout) {
    this(dialect, store, lockTimeout, DirtyRowDecider.HOLD);
  }

  /** With a policy for dirty rows. */
  public BranchRollback(
      AtDialect dialect, UndoStore store, Duration lockTimeout, DirtyRowDecider decider) {
    this.dialect = dialect;
    this.store = store;
    this.lockTimeout = lockTimeout;
    this.decider = decider;
    this.reader = new RowReader(dialect, CHUNK_ROWS);
    this.tables = new MetadataCache(dialect.metadata());
  }

  /**
   * Prepares the session, fences or loads, validates all rows, compensates, reads back, marks
   * UNDONE and commits. Repeatable at any time.
   *
   * @param connection from the pool, any state; restored on return. When this throws, the caller
   *     discards it.
   * @param locallyCommitted whether an undo row must be there
   * @throws SQLException only for failures of the connection; obstacles are in the outcome
   */
  public Outcome rollback(Connection connection, BranchRef branch, boolean locallyCommitted)
      throws SQLException {
    try (Session session = open(connection)) {
      return session.rollback(branch, locallyCommitted);
    }
  }

  /**
   * Prepares a connection for several rollbacks one after the other, which saves preparing and
   * restoring it for each.
   *
   * @param connection from the pool, any state; what is open on it is rolled back
   * @throws SQLException the caller discards the connection
   */
  public Session open(Connection connection) throws SQLException {
    boolean autoCommit = connection.getAutoCommit();
    if (autoCommit) {
      connection.setAutoCommit(false);
    } else {
      connection.rollback();
    }
    SessionRestore restore = dialect.compensation().prepare(connection, lockTimeout);
    connection.rollback();
    return new Session(connection, restore, autoCommit);
  }

  /**
   * A prepared connection. Not thread-safe. After any method threw, nothing more is done with the
   * connection and the caller discards it; closing then does nothing.
   */
  public final class Session implements AutoCloseable {
    private final Connection connection;
    private final SessionRestore restore;
    private final boolean autoCommit;
    private boolean usable = true;

    private Session(Connection connection, SessionRestore restore, boolean autoCommit) {
      this.connection = connection;
      this.restore = restore;
      this.autoCommit = autoCommit;
    }

    /**
     * As {@link BranchRollback#rollback}.
     *
     * @throws SQLException only for failures of the connection
     */
    public Outcome rollback(BranchRef branch, boolean locallyCommitted) throws SQLException {
      if (!usable) {
        throw new SQLException("this session failed before and must be discarded", "08003");
      }
      usable = false;
      Outcome outcome = attempt(branch, locallyCommitted, false);
      if (outcome == null) {
        LOG.debug("{}: rows of one statement need an order by constraints", branch);
        outcome = attempt(branch, locallyCommitted, true);
      }
      usable = true;
      return outcome == null ? new Outcome.Retry("no outcome of branch " + branch) : outcome;
    }

    /** Returns null when another attempt, ordered by constraints, is worth it. */
    private @Nullable Outcome attempt(
        BranchRef branch, boolean locallyCommitted, boolean byConstraints) throws SQLException {
      RollbackAttempt attempt =
          new RollbackAttempt(dialect, store, tables, reader, decider, connection, branch);
      Outcome outcome;
      try {
        outcome = attempt.run(locallyCommitted, lockTimeout, byConstraints);
      } catch (CannotUndoException | UndoFormatException obstacle) {
        String detail = obstacle.getMessage();
        outcome = new Outcome.Quarantined(detail == null ? obstacle.toString() : detail);
      } catch (SQLException failure) {
        outcome = classify(failure, attempt, byConstraints);
      } catch (RuntimeException bug) {
        return rollBackAndRethrow(bug);
      }
      if (!(outcome instanceof Outcome.Undone || outcome instanceof Outcome.Fenced)) {
        connection.rollback();
      }
      return outcome;
    }

    private Outcome rollBackAndRethrow(RuntimeException bug) {
      try {
        connection.rollback();
      } catch (SQLException second) {
        bug.addSuppressed(second);
      }
      throw bug;
    }

    /** Returns null for another attempt; throws what concerns the connection. */
    private @Nullable Outcome classify(
        SQLException failure, RollbackAttempt attempt, boolean byConstraints) throws SQLException {
      if (dialect.scopeOf(failure) == AtDialect.FailureScope.CONNECTION) {
        throw failure;
      }
      String detail = Texts.failure(attempt.doing(), failure);
      if (dialect.compensation().isTransient(failure)) {
        return new Outcome.Retry(detail);
      }
      if (dialect.compensation().isConstraintViolation(failure)) {
        boolean deferred = attempt.phase() == Phase.COMMIT;
        return byConstraints || deferred
            ? new Outcome.Quarantined(detail + " Nothing was changed.")
            : null;
      }
      return switch (attempt.phase()) {
        case UNDO_TABLE -> new Outcome.Retry(detail);
        case ROWS -> new Outcome.Quarantined(detail + " Nothing was changed.");
        case COMMIT -> throw failure;
      };
    }

    /** Restores the connection as it was, unless a method threw. */
    @Override
    public void close() throws SQLException {
      if (!usable) {
        return;
      }
      usable = false;
      restore.restore(connection);
      if (autoCommit) {
        connection.setAutoCommit(true);
      } else {
        connection.rollback();
      }
    }
  }

  /** How it went. */
  public sealed interface Outcome {
    /** The branch had committed locally; it is compensated, now or before. */
    record Undone() implements Outcome {}

    /** Nothing had arrived, and nothing can any more: a fence stands in the undo table. */
    record Fenced() implements Outcome {}

    /**
     * Nothing was changed; a person must decide.
     *
     * @param detail table, key and the three images, bounded
     */
    record Quarantined(String detail) implements Outcome {}

    /**
     * Nothing was changed; try again.
     *
     * @param detail what was in the way
     */
    record Retry(String detail) implements Outcome {}
  }
}
