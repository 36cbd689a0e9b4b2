package io.attx.datasource.restored;

import io.attx.databases.DatabaseKind;

class MySqlTableRestoredTest extends TableRestoredContract {
  MySqlTableRestoredTest() {
    super(DatabaseKind.MYSQL);
  }
}
