package io.attx.datasource.image;

import io.attx.databases.DatabaseKind;
import io.attx.datasource.support.types.MySqlTypes;
import io.attx.datasource.support.types.SqlType;
import java.util.List;

/** Values of MySQL. */
class MySqlTypesTest extends MySqlFamilyTypesContract {
  MySqlTypesTest() {
    super(DatabaseKind.MYSQL);
  }

  @Override
  List<SqlType> types() {
    return MySqlTypes.mySql();
  }
}
