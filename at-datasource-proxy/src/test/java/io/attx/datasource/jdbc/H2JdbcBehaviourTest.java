package io.attx.datasource.jdbc;

import io.attx.databases.DatabaseKind;

class H2JdbcBehaviourTest extends JdbcBehaviourContract {
  H2JdbcBehaviourTest() {
    super(DatabaseKind.H2);
  }
}
