package io.attx.it.isolation;

import io.attx.databases.DatabaseKind;

class MariaDbIsolationTest extends IsolationContract {
  MariaDbIsolationTest() {
    super(DatabaseKind.MARIADB, "MariaDB", "sessionVariables", "innodb_lock_wait_timeout=1");
  }
}
