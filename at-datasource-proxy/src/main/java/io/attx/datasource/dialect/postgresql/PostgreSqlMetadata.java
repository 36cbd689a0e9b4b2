package io.attx.datasource.dialect.postgresql;

import io.attx.datasource.metadata.MetadataDialect;
import io.attx.datasource.metadata.TableMetadata;
import io.attx.datasource.sql.Identifier;
import io.attx.datasource.sql.TableRef;
import io.attx.undolog.UndoTable;
import java.sql.Connection;
import java.sql.SQLException;

/** Names and describes tables. */
final class PostgreSqlMetadata implements MetadataDialect {
  @Override
  public String namespace(Connection connection) throws SQLException {
    throw new UnsupportedOperationException("contract only " + connection);
  }

  @Override
  public UndoTable resolve(Connection connection, TableRef table) throws SQLException {
    throw new UnsupportedOperationException("contract only " + connection + table);
  }

  @Override
  public TableMetadata describe(Connection connection, UndoTable table) throws SQLException {
    throw new UnsupportedOperationException("contract only " + connection + table);
  }

  @Override
  public boolean matches(Identifier written, String exactName) {
    throw new UnsupportedOperationException("contract only " + written + exactName);
  }

  @Override
  public String quote(String exactName) {
    throw new UnsupportedOperationException("contract only " + exactName);
  }

  @Override
  public String quote(UndoTable table) {
    throw new UnsupportedOperationException("contract only " + table);
  }
}
