package io.attx.datasource.dialect;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * The texts of statements on the undo table whose form differs. {@code table} is quoted and
 * qualified, as {@link #qualify} gave it.
 */
public interface UndoTableDialect {
  /**
   * Where an unqualified name means the undo table in this session: the schema that has it, or the
   * one in which a CREATE TABLE would put it.
   *
   * @param table a plain identifier
   * @return quoted and qualified, to be used whatever the session's current schema is later
   */
  String qualify(Connection connection, String table) throws SQLException;

  /**
   * Inserts a FENCE row unless a row with its key is there, waiting for a concurrent uncommitted
   * insert of the same key. Placeholders: cluster, branch_session, branch_number, xid_session,
   * xid_number. Whether the fence is there or another row was, is to be read afterwards: update
   * counts depend on driver settings.
   */
  String insertFence(String table);

  /** Whether the failure means that a row with this key was there. */
  boolean isDuplicateKey(SQLException failure);

  /** Whether the failure means that a table does not exist. */
  boolean isMissingTable(SQLException failure);

  /** A condition: the row is older than one placeholder of whole seconds. */
  String olderThanSeconds(String createdColumn);

  /** The exact text of a time of creation. */
  String createdAsText(String createdColumn);

  /** An expression with one placeholder for such a text: the time of creation again. */
  String createdFromText();
}
