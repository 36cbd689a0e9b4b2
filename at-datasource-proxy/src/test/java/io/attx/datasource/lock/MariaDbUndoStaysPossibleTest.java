package io.attx.datasource.lock;

import io.attx.databases.DatabaseKind;

class MariaDbUndoStaysPossibleTest extends MySqlFamilyUndoStaysPossibleContract {
  MariaDbUndoStaysPossibleTest() {
    super(DatabaseKind.MARIADB);
  }
}
