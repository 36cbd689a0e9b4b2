package io.attx.datasource.jdbc;

import io.attx.databases.DatabaseAddress;
import io.attx.databases.DatabaseKind;

class MariaDbViaConnectorJJdbcBehaviourTest extends JdbcBehaviourContract {
  MariaDbViaConnectorJJdbcBehaviourTest() {
    super(DatabaseKind.MARIADB);
  }

  @Override
  DatabaseAddress withDriver(DatabaseAddress address) {
    return address.viaConnectorJ();
  }
}
