package io.attx.datasource.undo;

import io.attx.databases.DatabaseKind;

class MariaDbBranchRollbackTest extends MySqlFamilyBranchRollbackContract {
  MariaDbBranchRollbackTest() {
    super(DatabaseKind.MARIADB);
  }
}
