package io.attx.datasource.dialect;

/**
 * The texts of statements on the undo table whose form differs. {@code table} is quoted and
 * qualified.
 */
public interface UndoTableDialect {
  /**
   * Inserts a FENCE row (cluster, branch_session, branch_number, chunk 0, xid) unless a row is
   * there, waiting for a concurrent uncommitted insert of the same key. The update count or the
   * error tells which happened; see {@link #fenceInserted}.
   */
  String insertFence(String table);

  /** Whether the count that {@link #insertFence} reported means that the fence was inserted. */
  boolean fenceInserted(int updateCount);

  /** Whether the failure of {@link #insertFence} means that a row was there. */
  boolean isDuplicateKey(java.sql.SQLException failure);

  /** The current time of the database as the created column keeps it. */
  String now();

  /** An expression: the row is older than one placeholder of whole seconds. */
  String olderThanSeconds(String createdColumn);
}
