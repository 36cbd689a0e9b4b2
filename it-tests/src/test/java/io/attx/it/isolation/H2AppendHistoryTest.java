package io.attx.it.isolation;

import io.attx.databases.DatabaseKind;

class H2AppendHistoryTest extends AppendHistoryContract {
  H2AppendHistoryTest() {
    super(DatabaseKind.H2);
  }
}
