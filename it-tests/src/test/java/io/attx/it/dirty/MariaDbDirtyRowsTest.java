package io.attx.it.dirty;

import io.attx.databases.DatabaseKind;

class MariaDbDirtyRowsTest extends DirtyRowsContract {
  MariaDbDirtyRowsTest() {
    super(DatabaseKind.MARIADB);
  }
}
