package io.attx.datasource.dialect.postgresql;

import io.attx.datasource.dialect.AtDialect;
import io.attx.datasource.dialect.CompensationDialect;
import io.attx.datasource.dialect.ImageDialect;
import io.attx.datasource.dialect.UndoTableDialect;
import io.attx.datasource.dialect.WeakConnectionCache;
import io.attx.datasource.metadata.MetadataDialect;
import io.attx.datasource.sql.SqlFlags;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;

/** PostgreSQL 14 and newer. */
public final class PostgreSqlDialect implements AtDialect {
  /** Admin shutdown, crash shutdown, cannot connect now, database dropped, idle time-out. */
  private static final Set<String> GONE = Set.of("57P01", "57P02", "57P03", "57P04", "57P05");

  /** Undefined column, undefined table, a cached plan that no longer fits. */
  private static final Set<String> STRUCTURE = Set.of("42703", "42P01", "0A000");

  private final WeakConnectionCache<SqlFlags> flags =
      new WeakConnectionCache<>(PostgreSqlDialect::readFlags);
  private final PostgreSqlMetadata metadata = new PostgreSqlMetadata();
  private final PostgreSqlImages images = new PostgreSqlImages();
  private final PostgreSqlUndoTable undoTable = new PostgreSqlUndoTable();
  private final PostgreSqlCompensation compensation = new PostgreSqlCompensation();

  /** Made by {@link java.util.ServiceLoader}. */
  public PostgreSqlDialect() {}

  @Override
  public String id() {
    return "postgresql";
  }

  @Override
  public boolean supports(DatabaseMetaData database) throws SQLException {
    return database.getDatabaseProductName().equalsIgnoreCase("PostgreSQL");
  }

  @Override
  public SqlFlags sessionFlags(Connection connection) throws SQLException {
    return flags.get(connection);
  }

  @Override
  public void sessionMayHaveChanged(Connection connection) throws SQLException {
    flags.forget(connection);
    metadata.forget(connection);
  }

  private static SqlFlags readFlags(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SHOW standard_conforming_strings")) {
      boolean standard = rows.next() && "on".equals(rows.getString(1));
      return new SqlFlags(SqlFlags.Syntax.POSTGRESQL, !standard, true);
    }
  }

  @Override
  public MetadataDialect metadata() {
    return metadata;
  }

  @Override
  public ImageDialect images() {
    return images;
  }

  @Override
  public UndoTableDialect undoTable() {
    return undoTable;
  }

  @Override
  public CompensationDialect compensation() {
    return compensation;
  }

  @Override
  public boolean isStructureChange(SQLException failure) {
    String state = failure.getSQLState();
    return state != null && STRUCTURE.contains(state);
  }

  /** Any error aborts the whole transaction. */
  @Override
  public FailureScope scopeOf(SQLException failure) {
    String state = failure.getSQLState();
    return state != null && (state.startsWith("08") || GONE.contains(state))
        ? FailureScope.CONNECTION
        : FailureScope.TRANSACTION;
  }

  @Override
  public String serverId(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT system_identifier::text FROM pg_control_system()")) {
      return rows.next() ? rows.getString(1) : "";
    }
  }
}
