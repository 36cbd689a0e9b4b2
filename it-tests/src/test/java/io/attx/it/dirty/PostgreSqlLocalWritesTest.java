package io.attx.it.dirty;

import io.attx.databases.DatabaseKind;

class PostgreSqlLocalWritesTest extends LocalWritesContract {
  PostgreSqlLocalWritesTest() {
    super(DatabaseKind.POSTGRESQL);
  }
}
