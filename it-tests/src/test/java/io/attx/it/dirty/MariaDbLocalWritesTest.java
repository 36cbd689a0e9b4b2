package io.attx.it.dirty;

import io.attx.databases.DatabaseKind;

class MariaDbLocalWritesTest extends LocalWritesContract {
  MariaDbLocalWritesTest() {
    super(DatabaseKind.MARIADB);
  }
}
