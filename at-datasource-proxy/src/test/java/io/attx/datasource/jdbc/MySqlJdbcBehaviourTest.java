package io.attx.datasource.jdbc;

import io.attx.databases.DatabaseKind;

class MySqlJdbcBehaviourTest extends JdbcBehaviourContract {
  MySqlJdbcBehaviourTest() {
    super(DatabaseKind.MYSQL);
  }
}
