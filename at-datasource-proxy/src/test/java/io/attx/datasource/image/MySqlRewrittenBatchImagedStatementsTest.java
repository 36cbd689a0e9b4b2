package io.attx.datasource.image;

import io.attx.databases.DatabaseAddress;
import io.attx.databases.DatabaseKind;

/** Images on MySQL where the driver rewrites batches. */
class MySqlRewrittenBatchImagedStatementsTest extends MySqlFamilyImagedStatementsContract {
  MySqlRewrittenBatchImagedStatementsTest() {
    super(DatabaseKind.MYSQL);
  }

  @Override
  DatabaseAddress withDriver(DatabaseAddress address) {
    return address.withProperty("rewriteBatchedStatements", "true");
  }
}
