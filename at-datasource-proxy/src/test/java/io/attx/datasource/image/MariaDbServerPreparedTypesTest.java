package io.attx.datasource.image;

import io.attx.databases.DatabaseAddress;

/** Values of MariaDB through the binary protocol. */
class MariaDbServerPreparedTypesTest extends MariaDbTypesTest {
  @Override
  DatabaseAddress withDriver(DatabaseAddress address) {
    return address.withProperty("useServerPrepStmts", "true");
  }
}
