package io.attx.datasource.restored;

import io.attx.databases.DatabaseKind;

class MariaDbTypesRestoredTest extends TypesRestoredContract {
  MariaDbTypesRestoredTest() {
    super(DatabaseKind.MARIADB);
  }

  @Override
  String session() {
    return "SET time_zone = '-07:30', sql_mode = 'ANSI_QUOTES,ALLOW_INVALID_DATES'";
  }
}
