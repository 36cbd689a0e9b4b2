package io.attx.it.isolation;

import io.attx.databases.DatabaseKind;

class PostgreSqlIsolationTest extends IsolationContract {
  PostgreSqlIsolationTest() {
    super(DatabaseKind.POSTGRESQL, "PostgreSQL", "options", "-c%20lock_timeout=500");
  }
}
