package io.attx.datasource.image;

import io.attx.databases.DatabaseKind;

/** Images on MySql. */
class MySqlImagedStatementsTest extends MySqlFamilyImagedStatementsContract {
  MySqlImagedStatementsTest() {
    super(DatabaseKind.MYSQL);
  }
}
