package io.attx.datasource.conformance;

import io.attx.databases.DatabaseKind;

class MariaDbConformanceTest extends ConformanceContract {
  MariaDbConformanceTest() {
    super(DatabaseKind.MARIADB);
  }
}
