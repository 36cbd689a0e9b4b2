package io.attx.datasource.restored;

import io.attx.databases.DatabaseKind;

class H2LimitsTest extends LimitsContract {
  H2LimitsTest() {
    super(DatabaseKind.H2);
  }
}
