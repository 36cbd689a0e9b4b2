package io.attx.it.dirty;

import io.attx.databases.DatabaseKind;

class MySqlLocalWritesTest extends LocalWritesContract {
  MySqlLocalWritesTest() {
    super(DatabaseKind.MYSQL);
  }
}
