package io.attx.datasource.shapes;

import io.attx.databases.DatabaseKind;

class MySqlTargetsTest extends MySqlFamilyTargetsContract {
  MySqlTargetsTest() {
    super(DatabaseKind.MYSQL);
  }
}
