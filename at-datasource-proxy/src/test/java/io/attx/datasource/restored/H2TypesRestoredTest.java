package io.attx.datasource.restored;

import io.attx.databases.DatabaseKind;

class H2TypesRestoredTest extends TypesRestoredContract {
  H2TypesRestoredTest() {
    super(DatabaseKind.H2);
  }

  @Override
  String session() {
    return "SET TIME ZONE '-07:30'";
  }
}
