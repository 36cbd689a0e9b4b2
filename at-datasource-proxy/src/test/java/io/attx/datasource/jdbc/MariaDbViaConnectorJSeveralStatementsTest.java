package io.attx.datasource.jdbc;

import io.attx.databases.DatabaseAddress;
import io.attx.databases.DatabaseKind;

class MariaDbViaConnectorJSeveralStatementsTest extends SeveralStatementsContract {
  MariaDbViaConnectorJSeveralStatementsTest() {
    super(DatabaseKind.MARIADB);
  }

  @Override
  DatabaseAddress withDriver(DatabaseAddress address) {
    return address.viaConnectorJ().withProperty("allowMultiQueries", "true");
  }
}
