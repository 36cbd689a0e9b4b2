package io.attx.datasource.shapes;

import io.attx.databases.DatabaseKind;

class MariaDbTargetsTest extends MySqlFamilyTargetsContract {
  MariaDbTargetsTest() {
    super(DatabaseKind.MARIADB);
  }
}
