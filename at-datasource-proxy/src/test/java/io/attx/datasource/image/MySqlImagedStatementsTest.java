package io.attx.datasource.image;

import io.attx.databases.DatabaseKind;

/** Images on MySql. */
class MySqlImagedStatementsTest extends ImagedStatementsContract {
  MySqlImagedStatementsTest() {
    super(DatabaseKind.MYSQL);
  }

  @Override
  String generatedKey() {
    return "BIGINT AUTO_INCREMENT PRIMARY KEY";
  }
}
