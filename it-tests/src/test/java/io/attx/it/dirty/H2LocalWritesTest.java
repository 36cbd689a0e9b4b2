package io.attx.it.dirty;

import io.attx.databases.DatabaseKind;

class H2LocalWritesTest extends LocalWritesContract {
  H2LocalWritesTest() {
    super(DatabaseKind.H2);
  }
}
