package io.attx.it.isolation;

import io.attx.databases.DatabaseKind;

class PostgreSqlAppendHistoryTest extends AppendHistoryContract {
  PostgreSqlAppendHistoryTest() {
    super(DatabaseKind.POSTGRESQL);
  }
}
