package io.attx.datasource.cascade;

import io.attx.databases.DatabaseKind;

class MySqlCascadeTest extends CascadeContract {
  MySqlCascadeTest() {
    super(DatabaseKind.MYSQL);
  }
}
