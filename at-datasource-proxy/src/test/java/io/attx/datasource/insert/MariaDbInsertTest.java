package io.attx.datasource.insert;

import io.attx.databases.DatabaseKind;

/** INSERT on MariaDb. */
class MariaDbInsertTest extends MySqlFamilyInsertContract {
  MariaDbInsertTest() {
    super(DatabaseKind.MARIADB);
  }
}
