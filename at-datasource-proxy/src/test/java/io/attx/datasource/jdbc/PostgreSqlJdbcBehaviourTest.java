package io.attx.datasource.jdbc;

import io.attx.databases.DatabaseKind;

class PostgreSqlJdbcBehaviourTest extends JdbcBehaviourContract {
  PostgreSqlJdbcBehaviourTest() {
    super(DatabaseKind.POSTGRESQL);
  }
}
