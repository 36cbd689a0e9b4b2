package io.attx.datasource.dialect.postgresql;

import io.attx.datasource.dialect.UndoTableDialect;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Statements on the undo table. */
final class PostgreSqlUndoTable implements UndoTableDialect {
  private static final String UNIQUE_VIOLATION = "23505";
  private static final String UNDEFINED_TABLE = "42P01";

  @Override
  public String qualify(Connection connection, String table) throws SQLException {
    String sql =
        "SELECT quote_ident(coalesce((SELECT n.nspname FROM pg_catalog.pg_class c"
            + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
            + " WHERE c.oid = to_regclass(?)), current_schema()))";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, table);
      try (ResultSet rows = statement.executeQuery()) {
        String schema = rows.next() ? rows.getString(1) : null;
        if (schema == null) {
          throw new SQLException(
              "the search_path of the connection names no existing schema, so the undo table '"
                  + table
                  + "' cannot be found: create the schema, or name another as currentSchema in the"
                  + " JDBC URL",
              "3F000");
        }
        return schema + "." + table;
      }
    }
  }

  /** Waits for a concurrent insert; an error would abort the transaction. */
  @Override
  public String insertFence(String table) {
    return "INSERT INTO "
        + table
        + " (cluster, branch_session, branch_number, chunk, xid_session, xid_number,"
        + " state, format, chunks, payload) VALUES (?, ?, ?, 0, ?, ?, 2, 1, 1, ''::bytea)"
        + " ON CONFLICT DO NOTHING";
  }

  @Override
  public boolean isDuplicateKey(SQLException failure) {
    return UNIQUE_VIOLATION.equals(failure.getSQLState());
  }

  @Override
  public boolean isMissingTable(SQLException failure) {
    return UNDEFINED_TABLE.equals(failure.getSQLState());
  }

  @Override
  public String olderThanSeconds(String createdColumn) {
    return createdColumn + " < now() - CAST(? AS bigint) * interval '1 second'";
  }

  @Override
  public String createdAsText(String createdColumn) {
    return createdColumn + "::text";
  }

  @Override
  public String createdFromText() {
    return "CAST(? AS timestamptz)";
  }
}
