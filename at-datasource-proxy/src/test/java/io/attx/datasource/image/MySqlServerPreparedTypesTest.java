package io.attx.datasource.image;

import io.attx.databases.DatabaseAddress;

/** Values of MySQL through the binary protocol. */
class MySqlServerPreparedTypesTest extends MySqlTypesTest {
  @Override
  DatabaseAddress withDriver(DatabaseAddress address) {
    return address.withProperty("useServerPrepStmts", "true");
  }
}
