package io.attx.it.isolation;

import io.attx.databases.DatabaseKind;

class H2IsolationTest extends IsolationContract {
  H2IsolationTest() {
    super(DatabaseKind.H2, "H2", "LOCK_TIMEOUT", "500");
  }
}
