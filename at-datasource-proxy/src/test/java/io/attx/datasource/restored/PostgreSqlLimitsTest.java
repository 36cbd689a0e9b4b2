package io.attx.datasource.restored;

import io.attx.databases.DatabaseKind;

class PostgreSqlLimitsTest extends LimitsContract {
  PostgreSqlLimitsTest() {
    super(DatabaseKind.POSTGRESQL);
  }
}
