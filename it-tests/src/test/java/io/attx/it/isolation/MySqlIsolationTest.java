package io.attx.it.isolation;

import io.attx.databases.DatabaseKind;

class MySqlIsolationTest extends IsolationContract {
  MySqlIsolationTest() {
    super(DatabaseKind.MYSQL, "MySQL", "sessionVariables", "innodb_lock_wait_timeout=1");
  }
}
