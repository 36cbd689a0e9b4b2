package io.attx.datasource.restored;

import io.attx.databases.DatabaseKind;

class PostgreSqlAlteredTableTest extends AlteredTableContract {
  PostgreSqlAlteredTableTest() {
    super(DatabaseKind.POSTGRESQL);
  }
}
