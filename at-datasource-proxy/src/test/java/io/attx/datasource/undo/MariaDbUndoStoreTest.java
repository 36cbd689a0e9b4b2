package io.attx.datasource.undo;

import io.attx.databases.DatabaseKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

class MariaDbUndoStoreTest extends UndoStoreContract {
  MariaDbUndoStoreTest() {
    super(DatabaseKind.MARIADB);
  }

  @Override
  void otherCurrentSchema(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE IF NOT EXISTS elsewhere");
      statement.execute("USE elsewhere");
    }
  }
}
