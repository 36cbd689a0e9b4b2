package io.attx.it.dirty;

import io.attx.databases.DatabaseKind;

class H2DirtyRowsTest extends DirtyRowsContract {
  H2DirtyRowsTest() {
    super(DatabaseKind.H2);
  }
}
