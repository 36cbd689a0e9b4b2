package io.attx.datasource.undo;

import io.attx.databases.DatabaseAddress;
import io.attx.databases.DatabaseKind;

/** Server-side prepared statements, rewritten batches and counts of changed rows. */
class MySqlOtherCountsBranchRollbackTest extends MySqlFamilyBranchRollbackContract {
  MySqlOtherCountsBranchRollbackTest() {
    super(DatabaseKind.MYSQL);
  }

  @Override
  DatabaseAddress withDriver(DatabaseAddress address) {
    return address
        .withProperty("useAffectedRows", "true")
        .withProperty("rewriteBatchedStatements", "true")
        .withProperty("useServerPrepStmts", "true")
        .withProperty("cachePrepStmts", "true");
  }
}
