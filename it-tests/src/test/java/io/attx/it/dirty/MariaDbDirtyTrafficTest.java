package io.attx.it.dirty;

import io.attx.databases.DatabaseKind;

class MariaDbDirtyTrafficTest extends DirtyTrafficContract {
  MariaDbDirtyTrafficTest() {
    super(DatabaseKind.MARIADB);
  }
}
