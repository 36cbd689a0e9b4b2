package io.attx.datasource.restored;

import io.attx.databases.DatabaseKind;

class MariaDbLimitsTest extends LimitsContract {
  MariaDbLimitsTest() {
    super(DatabaseKind.MARIADB);
  }
}
