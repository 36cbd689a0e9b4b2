package io.attx.datasource.image;

import io.attx.databases.DatabaseAddress;
import io.attx.databases.DatabaseKind;

/** Images on MariaDB through the driver of MySQL. */
class MariaDbViaConnectorJImagedStatementsTest extends MySqlFamilyImagedStatementsContract {
  MariaDbViaConnectorJImagedStatementsTest() {
    super(DatabaseKind.MARIADB);
  }

  @Override
  DatabaseAddress withDriver(DatabaseAddress address) {
    return address.viaConnectorJ();
  }
}
