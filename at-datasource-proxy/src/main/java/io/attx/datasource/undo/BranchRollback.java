package io.attx.datasource.undo;

import io.attx.BranchRef;
import io.attx.datasource.dialect.AtDialect;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/** Undoes one branch in one local transaction of its own. Thread-safe. */
public final class BranchRollback {
  /** For one database and undo table. */
  public BranchRollback(AtDialect dialect, UndoStore store, Duration lockTimeout) {
    throw new UnsupportedOperationException("contract only " + dialect + lockTimeout);
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
    throw new UnsupportedOperationException("contract only");
  }

  /** How it went. */
  public sealed interface Outcome {
    /** Compensated now. */
    record Undone() implements Outcome {}

    /** There was a marker: done before, or fenced now because nothing had arrived. */
    record AlreadyEnded() implements Outcome {}

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
