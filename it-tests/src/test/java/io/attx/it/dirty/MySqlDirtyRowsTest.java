package io.attx.it.dirty;

import io.attx.databases.DatabaseKind;

class MySqlDirtyRowsTest extends DirtyRowsContract {
  MySqlDirtyRowsTest() {
    super(DatabaseKind.MYSQL);
  }
}
