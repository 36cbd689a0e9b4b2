package io.attx.datasource.shapes;

import io.attx.databases.DatabaseKind;

class MySqlShapesTest extends ShapesContract {
  MySqlShapesTest() {
    super(DatabaseKind.MYSQL, "common", "mysql", "mysql8");
  }

  @Override
  String[] more() {
    return MySqlFamilyTables.PARTITIONED;
  }
}
