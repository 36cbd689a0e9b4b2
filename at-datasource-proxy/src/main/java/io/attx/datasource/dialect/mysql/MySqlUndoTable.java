package io.attx.datasource.dialect.mysql;

import io.attx.datasource.dialect.UndoTableDialect;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Statements on the undo table. */
public final class MySqlUndoTable implements UndoTableDialect {
  private static final int DUPLICATE_KEY = 1062;
  private static final int NO_SUCH_TABLE = 1146;

  /** For MySQL and MariaDB. */
  public MySqlUndoTable() {}

  @Override
  public String qualify(Connection connection, String table) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT DATABASE()")) {
      String database = rows.next() ? rows.getString(1) : null;
      if (database == null) {
        throw new SQLException(
            "the connection has no current database, so the undo table '"
                + table
                + "' cannot be found: name the database in the JDBC URL",
            "3D000");
      }
      return "`" + database.replace("`", "``") + "`." + table;
    }
  }

  /** The update that changes nothing waits for, and then sees, a concurrent insert. */
  @Override
  public String insertFence(String table) {
    return "INSERT INTO "
        + table
        + " (cluster, branch_session, branch_number, chunk, xid_session, xid_number,"
        + " state, format, chunks, payload) VALUES (?, ?, ?, 0, ?, ?, 2, 1, 1, '')"
        + " ON DUPLICATE KEY UPDATE chunk = chunk";
  }

  @Override
  public boolean isDuplicateKey(SQLException failure) {
    return failure.getErrorCode() == DUPLICATE_KEY;
  }

  @Override
  public boolean isMissingTable(SQLException failure) {
    return failure.getErrorCode() == NO_SUCH_TABLE;
  }

  @Override
  public String olderThanSeconds(String createdColumn) {
    return createdColumn + " < UTC_TIMESTAMP(3) - INTERVAL ? SECOND";
  }

  @Override
  public String createdAsText(String createdColumn) {
    return "CAST(" + createdColumn + " AS CHAR)";
  }

  @Override
  public String createdFromText() {
    return "CAST(? AS DATETIME(3))";
  }
}
