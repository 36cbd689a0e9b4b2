package io.attx.datasource.jdbc;

import io.attx.databases.DatabaseAddress;
import io.attx.databases.DatabaseKind;

class MariaDbSeveralStatementsTest extends SeveralStatementsContract {
  MariaDbSeveralStatementsTest() {
    super(DatabaseKind.MARIADB);
  }

  @Override
  DatabaseAddress withDriver(DatabaseAddress address) {
    return address.withProperty("allowMultiQueries", "true");
  }
}
