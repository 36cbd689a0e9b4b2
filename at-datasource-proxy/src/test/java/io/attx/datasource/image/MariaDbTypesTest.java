package io.attx.datasource.image;

import io.attx.databases.DatabaseKind;
import io.attx.datasource.support.types.MySqlTypes;
import io.attx.datasource.support.types.SqlType;
import java.util.List;

/** Values of MariaDB: those of MySQL and its own. */
class MariaDbTypesTest extends MySqlFamilyTypesContract {
  MariaDbTypesTest() {
    super(DatabaseKind.MARIADB);
  }

  @Override
  List<SqlType> types() {
    return MySqlTypes.mariaDb();
  }
}
