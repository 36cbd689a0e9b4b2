package io.attx.datasource.restored;

import io.attx.databases.DatabaseKind;

class MariaDbTableRestoredTest extends TableRestoredContract {
  MariaDbTableRestoredTest() {
    super(DatabaseKind.MARIADB);
  }
}
