package io.attx.datasource.image;

import io.attx.databases.DatabaseKind;

/** Images on MariaDb. */
class MariaDbImagedStatementsTest extends ImagedStatementsContract {
  MariaDbImagedStatementsTest() {
    super(DatabaseKind.MARIADB);
  }

  @Override
  String generatedKey() {
    return "BIGINT AUTO_INCREMENT PRIMARY KEY";
  }
}
