package io.attx.it.dirty;

import io.attx.databases.DatabaseKind;

class MySqlDirtyTrafficTest extends DirtyTrafficContract {
  MySqlDirtyTrafficTest() {
    super(DatabaseKind.MYSQL);
  }
}
