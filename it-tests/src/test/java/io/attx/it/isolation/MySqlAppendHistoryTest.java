package io.attx.it.isolation;

import io.attx.databases.DatabaseKind;

class MySqlAppendHistoryTest extends AppendHistoryContract {
  MySqlAppendHistoryTest() {
    super(DatabaseKind.MYSQL);
  }
}
