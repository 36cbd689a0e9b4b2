package io.attx.datasource.undo;

import io.attx.databases.DatabaseKind;

class MySqlBranchRollbackTest extends MySqlFamilyBranchRollbackContract {
  MySqlBranchRollbackTest() {
    super(DatabaseKind.MYSQL);
  }
}
