package io.attx.datasource.restored;

import io.attx.databases.DatabaseKind;

class MySqlLimitsTest extends LimitsContract {
  MySqlLimitsTest() {
    super(DatabaseKind.MYSQL);
  }
}
