package io.attx.datasource.restored;

import io.attx.databases.DatabaseKind;

class MySqlAlteredTableTest extends AlteredTableContract {
  MySqlAlteredTableTest() {
    super(DatabaseKind.MYSQL);
  }
}
