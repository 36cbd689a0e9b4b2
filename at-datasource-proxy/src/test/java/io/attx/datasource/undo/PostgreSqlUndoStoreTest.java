package io.attx.datasource.undo;

import io.attx.databases.DatabaseKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

class PostgreSqlUndoStoreTest extends UndoStoreContract {
  PostgreSqlUndoStoreTest() {
    super(DatabaseKind.POSTGRESQL);
  }

  @Override
  void otherCurrentSchema(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE SCHEMA elsewhere");
      statement.execute("SET search_path = elsewhere");
    }
  }
}
