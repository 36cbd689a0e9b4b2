package io.attx.datasource.restored;

import io.attx.databases.DatabaseKind;

class MySqlValuesTest extends MySqlFamilyValuesContract {
  MySqlValuesTest() {
    super(DatabaseKind.MYSQL);
  }
}
