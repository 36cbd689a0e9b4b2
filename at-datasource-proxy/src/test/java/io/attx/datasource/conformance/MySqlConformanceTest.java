package io.attx.datasource.conformance;

import io.attx.databases.DatabaseKind;

class MySqlConformanceTest extends ConformanceContract {
  MySqlConformanceTest() {
    super(DatabaseKind.MYSQL);
  }
}
