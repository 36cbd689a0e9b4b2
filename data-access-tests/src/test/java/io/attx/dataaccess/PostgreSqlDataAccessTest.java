package io.attx.dataaccess;

import io.attx.databases.DatabaseKind;

class PostgreSqlDataAccessTest extends DataAccessContract {
  PostgreSqlDataAccessTest() {
    super(DatabaseKind.POSTGRESQL);
  }
}
