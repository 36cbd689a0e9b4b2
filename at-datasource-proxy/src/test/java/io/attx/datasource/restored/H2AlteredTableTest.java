package io.attx.datasource.restored;

import io.attx.databases.DatabaseKind;

class H2AlteredTableTest extends AlteredTableContract {
  H2AlteredTableTest() {
    super(DatabaseKind.H2);
  }
}
