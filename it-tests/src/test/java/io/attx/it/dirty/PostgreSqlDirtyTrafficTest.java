package io.attx.it.dirty;

import io.attx.databases.DatabaseKind;

class PostgreSqlDirtyTrafficTest extends DirtyTrafficContract {
  PostgreSqlDirtyTrafficTest() {
    super(DatabaseKind.POSTGRESQL);
  }
}
