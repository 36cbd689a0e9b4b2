package io.attx.datasource.conformance;

import io.attx.databases.DatabaseKind;

class H2ConformanceTest extends ConformanceContract {
  H2ConformanceTest() {
    super(DatabaseKind.H2);
  }
}
