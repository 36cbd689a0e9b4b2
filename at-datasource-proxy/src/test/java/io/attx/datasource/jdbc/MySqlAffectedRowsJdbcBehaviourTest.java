package io.attx.datasource.jdbc;

import io.attx.databases.DatabaseAddress;
import io.attx.databases.DatabaseKind;

class MySqlAffectedRowsJdbcBehaviourTest extends JdbcBehaviourContract {
  MySqlAffectedRowsJdbcBehaviourTest() {
    super(DatabaseKind.MYSQL);
  }

  @Override
  DatabaseAddress withDriver(DatabaseAddress address) {
    return address.withProperty("useAffectedRows", "true");
  }
}
