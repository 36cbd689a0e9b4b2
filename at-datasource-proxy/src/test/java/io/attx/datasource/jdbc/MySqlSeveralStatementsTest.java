package io.attx.datasource.jdbc;

import io.attx.databases.DatabaseAddress;
import io.attx.databases.DatabaseKind;

class MySqlSeveralStatementsTest extends SeveralStatementsContract {
  MySqlSeveralStatementsTest() {
    super(DatabaseKind.MYSQL);
  }

  @Override
  DatabaseAddress withDriver(DatabaseAddress address) {
    return address.withProperty("allowMultiQueries", "true");
  }
}
