package io.attx.datasource.dialect.mysql;

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
import java.util.Locale;

/** MySQL 8, with Connector/J or the MariaDB driver. */
public class MySqlDialect implements AtDialect {
  private static final int LOCK_TABLE_FULL = 1206;
  private static final int DEADLOCK = 1213;
  private static final int SNAPSHOT_TOO_OLD = 1020;
  private static final int SERVER_SHUTDOWN = 1053;
  private static final int CONNECTION_KILLED = 1927;
  private static final int UNKNOWN_COLUMN = 1054;
  private static final int SYNTAX_ERROR = 1064;
  private static final int UNKNOWN_TABLE = 1146;
  private static final int DEFINITION_CHANGED = 1412;

  private final WeakConnectionCache<SqlFlags> flags = new WeakConnectionCache<>(this::readFlags);
  private final WeakConnectionCache<Boolean> several =
      new WeakConnectionCache<>(MySqlDialect::readSeveral);
  private final MySqlMetadata metadata = new MySqlMetadata();
  private final MySqlImages images = new MySqlImages();
  private final MySqlUndoTable undoTable = new MySqlUndoTable();
  private final MySqlCompensation compensation = new MySqlCompensation();

  /** Made by {@link java.util.ServiceLoader}. */
  public MySqlDialect() {}

  @Override
  public String id() {
    return "mysql";
  }

  @Override
  public boolean supports(DatabaseMetaData database) throws SQLException {
    return database.getDatabaseProductName().equalsIgnoreCase("MySQL") && !isMariaDb(database);
  }

  /** Connector/J calls MariaDB "MySQL"; only the version text tells. */
  protected static boolean isMariaDb(DatabaseMetaData database) throws SQLException {
    return database.getDatabaseProductName().equalsIgnoreCase("MariaDB")
        || database.getDatabaseProductVersion().toLowerCase(Locale.ROOT).contains("mariadb");
  }

  @Override
  public SqlFlags sessionFlags(Connection connection) throws SQLException {
    return flags.get(connection);
  }

  @Override
  public void sessionMayHaveChanged(Connection connection) throws SQLException {
    flags.forget(connection);
  }

  private SqlFlags readFlags(Connection connection) throws SQLException {
    String mode = "," + single(connection, "SELECT @@sql_mode") + ",";
    return new SqlFlags(
        syntax(), !mode.contains(",NO_BACKSLASH_ESCAPES,"), mode.contains(",ANSI_QUOTES,"));
  }

  /** By trying: the driver's property can be set in many ways. */
  private static boolean readSeveral(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("DO 0; DO 0");
      return true;
    } catch (SQLException failure) {
      if (failure.getErrorCode() == SYNTAX_ERROR) {
        return false;
      }
      throw failure;
    }
  }

  @Override
  public boolean allowsSeveralStatements(Connection connection) throws SQLException {
    return several.get(connection);
  }

  /** The family of SQL. */
  protected SqlFlags.Syntax syntax() {
    return SqlFlags.Syntax.MYSQL;
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
    int code = failure.getErrorCode();
    return code == UNKNOWN_COLUMN || code == UNKNOWN_TABLE || code == DEFINITION_CHANGED;
  }

  @Override
  public FailureScope scopeOf(SQLException failure) {
    String state = failure.getSQLState();
    int code = failure.getErrorCode();
    if ((state != null && state.startsWith("08"))
        || code == SERVER_SHUTDOWN
        || code == CONNECTION_KILLED) {
      return FailureScope.CONNECTION;
    }
    return code == DEADLOCK || code == LOCK_TABLE_FULL || code == SNAPSHOT_TOO_OLD
        ? FailureScope.TRANSACTION
        : FailureScope.STATEMENT;
  }

  @Override
  public String serverId(Connection connection) throws SQLException {
    return single(connection, "SELECT @@server_uuid");
  }

  /** The first column of the first row as text; empty when there is none. */
  protected static String single(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      String value = rows.next() ? rows.getString(1) : null;
      return value == null ? "" : value;
    }
  }
}
