package io.attx.datasource.cascade;

import io.attx.databases.DatabaseKind;

class PostgreSqlCascadeTest extends CascadeContract {
  PostgreSqlCascadeTest() {
    super(DatabaseKind.POSTGRESQL);
  }
}
