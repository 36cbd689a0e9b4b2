package io.attx.datasource.image;

import io.attx.databases.DatabaseAddress;

/** Values of MariaDB through the driver of MySQL. */
class MariaDbViaConnectorJTypesTest extends MariaDbTypesTest {
  @Override
  DatabaseAddress withDriver(DatabaseAddress address) {
    return address.viaConnectorJ();
  }
}
