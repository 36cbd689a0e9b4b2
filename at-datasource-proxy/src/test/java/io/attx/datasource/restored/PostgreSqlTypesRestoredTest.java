package io.attx.datasource.restored;

import io.attx.databases.DatabaseKind;

class PostgreSqlTypesRestoredTest extends TypesRestoredContract {
  PostgreSqlTypesRestoredTest() {
    super(DatabaseKind.POSTGRESQL);
  }

  @Override
  String session() {
    return "SET TimeZone = 'America/St_Johns'; SET IntervalStyle = 'sql_standard';"
        + " SET bytea_output = 'escape'";
  }
}
