package io.attx.datasource.dialect.h2;

import io.attx.datasource.dialect.AtDialect;
import io.attx.datasource.dialect.CompensationDialect;
import io.attx.datasource.dialect.ImageDialect;
import io.attx.datasource.dialect.UndoTableDialect;
import io.attx.datasource.metadata.MetadataDialect;
import io.attx.datasource.sql.SqlFlags;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.Set;

/** H2 2.x in regular mode. */
public final class H2Dialect implements AtDialect {
  private static final String DEADLOCK = "40001";

  /** Broken, closed, closing, not open. */
  private static final Set<Integer> GONE = Set.of(90067, 90098, 90121, 90007);

  /** Column not found, table not found (with and without candidates). */
  private static final Set<Integer> STRUCTURE = Set.of(42122, 42102, 42103, 42104);

  private static final SqlFlags FLAGS = new SqlFlags(SqlFlags.Syntax.H2, false, true);

  private final H2Metadata metadata = new H2Metadata();
  private final H2Images images = new H2Images();
  private final H2UndoTable undoTable = new H2UndoTable();
  private final H2Compensation compensation = new H2Compensation();

  /** Made by {@link java.util.ServiceLoader}. */
  public H2Dialect() {}

  @Override
  public String id() {
    return "h2";
  }

  @Override
  public boolean supports(DatabaseMetaData database) throws SQLException {
    return database.getDatabaseProductName().equals("H2");
  }

  @Override
  public SqlFlags sessionFlags(Connection connection) {
    return FLAGS;
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
    return STRUCTURE.contains(failure.getErrorCode());
  }

  @Override
  public FailureScope scopeOf(SQLException failure) {
    String state = failure.getSQLState();
    if ((state != null && state.startsWith("08")) || GONE.contains(failure.getErrorCode())) {
      return FailureScope.CONNECTION;
    }
    return DEADLOCK.equals(state) ? FailureScope.TRANSACTION : FailureScope.STATEMENT;
  }

  /** A file or a memory database has no identity besides its own content. */
  @Override
  public String serverId(Connection connection) {
    return "";
  }
}
