package io.attx.datasource.insert;

import io.attx.databases.DatabaseAddress;
import io.attx.databases.DatabaseKind;

/** INSERT on MariaDB through MySQL's driver. */
class MariaDbViaConnectorJInsertTest extends MySqlFamilyInsertContract {
  MariaDbViaConnectorJInsertTest() {
    super(DatabaseKind.MARIADB);
  }

  @Override
  DatabaseAddress withDriver(DatabaseAddress address) {
    return address.viaConnectorJ();
  }
}
