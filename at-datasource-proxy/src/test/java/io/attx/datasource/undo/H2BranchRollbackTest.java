package io.attx.datasource.undo;

import io.attx.databases.DatabaseKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

class H2BranchRollbackTest extends BranchRollbackContract {
  H2BranchRollbackTest() {
    super(DatabaseKind.H2);
  }

  @Override
  String generatedTable() {
    return "CREATE TABLE gen (id INT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a INT,"
        + " twice INT GENERATED ALWAYS AS (a * 2))";
  }

  @Override
  List<String> unusualSettings() {
    return List.of("SET LOCK_TIMEOUT 777");
  }

  @Override
  List<String> sessionSettings(Connection connection) throws SQLException {
    return UndoFixture.rows(connection, "SELECT LOCK_TIMEOUT(), CURRENT_SCHEMA");
  }
}
