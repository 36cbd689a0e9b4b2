package io.attx.it.isolation;

import io.attx.databases.DatabaseKind;

class MariaDbAppendHistoryTest extends AppendHistoryContract {
  MariaDbAppendHistoryTest() {
    super(DatabaseKind.MARIADB);
  }
}
