package io.attx.datasource.shapes;

import io.attx.databases.DatabaseKind;

class H2ShapesTest extends ShapesContract {
  H2ShapesTest() {
    super(DatabaseKind.H2, "common", "h2");
  }
}
