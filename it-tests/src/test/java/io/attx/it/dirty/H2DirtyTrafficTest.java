package io.attx.it.dirty;

import io.attx.databases.DatabaseKind;

class H2DirtyTrafficTest extends DirtyTrafficContract {
  H2DirtyTrafficTest() {
    super(DatabaseKind.H2);
  }
}
