package io.attx.datasource.undo;

import io.attx.databases.DatabaseKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

class H2UndoStoreTest extends UndoStoreContract {
  H2UndoStoreTest() {
    super(DatabaseKind.H2);
  }

  @Override
  void otherCurrentSchema(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE SCHEMA elsewhere");
      statement.execute("SET SCHEMA elsewhere");
    }
  }
}
