package io.attx.datasource.image;

import io.attx.databases.DatabaseKind;

/** Values of MySQL. */
class MySqlTypesTest extends MySqlFamilyTypesContract {
  MySqlTypesTest() {
    super(DatabaseKind.MYSQL);
  }
}
