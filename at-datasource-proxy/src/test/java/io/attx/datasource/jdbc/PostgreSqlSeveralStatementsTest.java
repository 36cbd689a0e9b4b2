package io.attx.datasource.jdbc;

import io.attx.databases.DatabaseAddress;
import io.attx.databases.DatabaseKind;

class PostgreSqlSeveralStatementsTest extends SeveralStatementsContract {
  PostgreSqlSeveralStatementsTest() {
    super(DatabaseKind.POSTGRESQL);
  }

  @Override
  DatabaseAddress withDriver(DatabaseAddress address) {
    return address;
  }
}
