package io.attx.datasource.lock;

import io.attx.databases.DatabaseKind;

class MySqlUndoStaysPossibleTest extends MySqlFamilyUndoStaysPossibleContract {
  MySqlUndoStaysPossibleTest() {
    super(DatabaseKind.MYSQL);
  }
}
