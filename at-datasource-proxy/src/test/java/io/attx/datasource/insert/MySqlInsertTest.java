package io.attx.datasource.insert;

import io.attx.databases.DatabaseKind;

/** INSERT on MySql. */
class MySqlInsertTest extends MySqlFamilyInsertContract {
  MySqlInsertTest() {
    super(DatabaseKind.MYSQL);
  }
}
