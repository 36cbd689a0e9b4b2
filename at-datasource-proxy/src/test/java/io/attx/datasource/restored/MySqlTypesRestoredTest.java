package io.attx.datasource.restored;

import io.attx.databases.DatabaseKind;

class MySqlTypesRestoredTest extends TypesRestoredContract {
  MySqlTypesRestoredTest() {
    super(DatabaseKind.MYSQL);
  }

  @Override
  String session() {
    return "SET time_zone = '-07:30', sql_mode = 'ANSI_QUOTES,ALLOW_INVALID_DATES'";
  }
}
