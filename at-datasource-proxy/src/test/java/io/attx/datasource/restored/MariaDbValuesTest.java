package io.attx.datasource.restored;

import io.attx.databases.DatabaseKind;

class MariaDbValuesTest extends MySqlFamilyValuesContract {
  MariaDbValuesTest() {
    super(DatabaseKind.MARIADB);
  }
}
