package io.attx.datasource.undo;

import io.attx.BranchRef;
import io.attx.datasource.dialect.AtDialect;
import io.attx.undolog.UndoLog;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** Everything that is done to the undo table, on connections of the caller. Thread-safe. */
public final class UndoStore {
  /**
   * For one undo table.
   *
   * @param table its name as configured, unquoted
   */
  public UndoStore(AtDialect dialect, String table, UndoLimits limits) {
    throw new UnsupportedOperationException("contract only " + dialect + table + limits);
  }

  /**
   * Reads the identity of this lock space from beside the undo table, creating it on first use.
   *
   * @throws SQLException with a message that names the script when a table is missing
   */
  public String lockSpaceIdentity(Connection connection) throws SQLException {
    throw new UnsupportedOperationException("contract only");
  }

  /** Creates the tables where they are missing. */
  public void createTables(Connection connection) throws SQLException {
    throw new UnsupportedOperationException("contract only");
  }

  /**
   * Inserts the undo row of a branch in the local transaction that it belongs to.
   *
   * @throws BranchFencedException when the branch was rolled back before it arrived
   */
  public void insert(Connection connection, BranchRef branch, UndoLog log) throws SQLException {
    throw new UnsupportedOperationException("contract only");
  }

  /** Deletes undo rows of committed branches; rows in another state stay. Caller commits. */
  public void deleteUndo(Connection connection, List<BranchRef> branches) throws SQLException {
    throw new UnsupportedOperationException("contract only");
  }

  /** Deletes UNDONE and FENCE rows; rows in state UNDO stay. Caller commits. */
  public void deleteMarkers(Connection connection, List<BranchRef> branches) throws SQLException {
    throw new UnsupportedOperationException("contract only");
  }

  /**
   * Finds rows that should be gone.
   *
   * @param after continues behind this row; null starts
   * @param limit the most rows to return
   */
  public List<FoundRow> findOlderThan(
      Connection connection,
      Duration age,
      @org.jspecify.annotations.Nullable FoundRow after,
      int limit)
      throws SQLException {
    throw new UnsupportedOperationException("contract only");
  }

  /**
   * A row of the undo table.
   *
   * @param branch whose
   * @param state its state
   */
  public record FoundRow(BranchRef branch, State state) {}

  /** The state of an undo row. */
  public enum State {
    /** Holds what is needed to undo the branch. */
    UNDO,
    /** The branch was compensated. */
    UNDONE,
    /** The branch was rolled back before it arrived and never can. */
    FENCE
  }
}
