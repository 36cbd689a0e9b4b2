package io.attx.it.contract;

import io.attx.databases.DatabaseKind;

class PostgreSqlGlobalTransactionTest extends GlobalTransactionContract {
  PostgreSqlGlobalTransactionTest() {
    super(DatabaseKind.POSTGRESQL);
  }
}
