package io.attx.datasource.dialect;

import io.attx.datasource.metadata.MetadataDialect;
import io.attx.datasource.sql.SqlFlags;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;

/**
 * Everything that differs between databases. Found by {@link java.util.ServiceLoader}; exactly one
 * must support a database, else the wrap fails. Implementations are thread-safe and keep nothing
 * but facts about physical connections.
 */
public interface AtDialect {
  /** The name of its folder and of its undo script: mysql, mariadb, postgresql, h2. */
  String id();

  /** Whether the database behind this metadata is this dialect's, by product and version text. */
  boolean supports(DatabaseMetaData metaData) throws SQLException;

  /**
   * What the live session decides about SQL text. Called at the first statement of each branch and
   * after statements that may change it, so it must be cheap or answered by the driver's memory.
   */
  SqlFlags sessionFlags(Connection connection) throws SQLException;

  /**
   * Told when a statement may have changed what {@link #sessionFlags} or {@link
   * MetadataDialect#namespace} remember of this connection ({@code SET}, {@code USE}).
   */
  default void sessionMayHaveChanged(Connection connection) throws SQLException {}

  /** Whether the driver sends a text of several statements as it is. */
  default boolean allowsSeveralStatements(Connection connection) throws SQLException {
    return true;
  }

  /** Reads and resolves tables. */
  MetadataDialect metadata();

  /** Reads and binds values without loss, and builds the texts of image queries. */
  ImageDialect images();

  /** Statements on the undo table. */
  UndoTableDialect undoTable();

  /** Prepares a session for compensation and builds its statements. */
  CompensationDialect compensation();

  /** What an error means for the local transaction; by SQLState and vendor code, never by text. */
  FailureScope scopeOf(SQLException failure);

  /** Whether an error means that a table or a column is no longer what it was. */
  boolean isStructureChange(SQLException failure);

  /** What the server says of its own identity (server UUID, system identifier), or empty. */
  String serverId(Connection connection) throws SQLException;

  /** What an error undoes. */
  enum FailureScope {
    /** The statement alone; the local transaction goes on. */
    STATEMENT,
    /** The whole local transaction; only a rollback is possible. */
    TRANSACTION,
    /** The connection is gone. */
    CONNECTION
  }
}
