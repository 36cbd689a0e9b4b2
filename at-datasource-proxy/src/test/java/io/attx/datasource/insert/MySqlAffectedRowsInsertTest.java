package io.attx.datasource.insert;

import io.attx.databases.DatabaseAddress;
import io.attx.databases.DatabaseKind;

/** INSERT on MySQL with a driver that counts rows that really changed. */
class MySqlAffectedRowsInsertTest extends MySqlFamilyInsertContract {
  MySqlAffectedRowsInsertTest() {
    super(DatabaseKind.MYSQL);
  }

  @Override
  DatabaseAddress withDriver(DatabaseAddress address) {
    return address.withProperty("useAffectedRows", "true");
  }
}
