package io.attx.datasource.restored;

import io.attx.databases.DatabaseKind;

class PostgreSqlTableRestoredTest extends TableRestoredContract {
  PostgreSqlTableRestoredTest() {
    super(DatabaseKind.POSTGRESQL);
  }
}
