package io.attx.datasource.image;

import io.attx.databases.DatabaseKind;

/** Images on MariaDb. */
class MariaDbImagedStatementsTest extends MySqlFamilyImagedStatementsContract {
  MariaDbImagedStatementsTest() {
    super(DatabaseKind.MARIADB);
  }
}
