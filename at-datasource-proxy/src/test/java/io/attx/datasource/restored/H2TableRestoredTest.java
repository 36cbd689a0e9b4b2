package io.attx.datasource.restored;

import io.attx.databases.DatabaseKind;

class H2TableRestoredTest extends TableRestoredContract {
  H2TableRestoredTest() {
    super(DatabaseKind.H2);
  }
}
