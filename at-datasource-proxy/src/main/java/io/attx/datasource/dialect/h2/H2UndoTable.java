package io.attx.datasource.dialect.h2;

import io.attx.datasource.dialect.UndoTableDialect;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Statements on the undo table. */
final class H2UndoTable implements UndoTableDialect {
  private static final int DUPLICATE_KEY = 23505;
  private static final int TABLE_NOT_FOUND = 42102;
  private static final int TABLE_NOT_FOUND_WITH_CANDIDATES = 42103;
  private static final int TABLE_NOT_FOUND_DATABASE_EMPTY = 42104;
  private static final int SCHEMA_NOT_FOUND = 90079;

  @Override
  public String qualify(Connection connection, String table) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT CURRENT_SCHEMA")) {
      rows.next();
      return "\"" + rows.getString(1).replace("\"", "\"\"") + "\"." + table;
    }
  }

  /** A plain insert waits for a concurrent one; the failure leaves the transaction usable. */
  @Override
  public String insertFence(String table) {
    return "INSERT INTO "
        + table
        + " (cluster, branch_session, branch_number, chunk, xid_session, xid_number,"
        + " state, format, chunks, payload) VALUES (?, ?, ?, 0, ?, ?, 2, 1, 1, X'')";
  }

  @Override
  public boolean isDuplicateKey(SQLException failure) {
    return failure.getErrorCode() == DUPLICATE_KEY;
  }

  @Override
  public boolean isMissingTable(SQLException failure) {
    return switch (failure.getErrorCode()) {
      case TABLE_NOT_FOUND,
          TABLE_NOT_FOUND_WITH_CANDIDATES,
          TABLE_NOT_FOUND_DATABASE_EMPTY,
          SCHEMA_NOT_FOUND ->
          true;
      default -> false;
    };
  }

  @Override
  public String olderThanSeconds(String createdColumn) {
    return createdColumn + " < DATEADD(SECOND, -CAST(? AS BIGINT), CURRENT_TIMESTAMP(3))";
  }

  @Override
  public String createdAsText(String createdColumn) {
    return "CAST(" + createdColumn + " AS VARCHAR)";
  }

  @Override
  public String createdFromText() {
    return "CAST(? AS TIMESTAMP(3) WITH TIME ZONE)";
  }
}
