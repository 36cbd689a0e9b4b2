package io.attx.datasource.conformance;

import io.attx.databases.DatabaseKind;

class PostgreSqlConformanceTest extends ConformanceContract {
  PostgreSqlConformanceTest() {
    super(DatabaseKind.POSTGRESQL);
  }
}
