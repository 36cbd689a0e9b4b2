package io.attx.datasource.cascade;

import io.attx.databases.DatabaseKind;

class MariaDbCascadeTest extends CascadeContract {
  MariaDbCascadeTest() {
    super(DatabaseKind.MARIADB);
  }
}
