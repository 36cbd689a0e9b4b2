package io.attx.datasource.shapes;

import io.attx.databases.DatabaseKind;

class MariaDbShapesTest extends ShapesContract {
  MariaDbShapesTest() {
    super(DatabaseKind.MARIADB, "common", "mysql", "mariadb");
  }

  @Override
  String[] more() {
    return MySqlFamilyTables.PARTITIONED;
  }
}
