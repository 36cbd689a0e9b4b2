package io.attx.it.dirty;

import io.attx.databases.DatabaseKind;

class PostgreSqlDirtyRowsTest extends DirtyRowsContract {
  PostgreSqlDirtyRowsTest() {
    super(DatabaseKind.POSTGRESQL);
  }
}
