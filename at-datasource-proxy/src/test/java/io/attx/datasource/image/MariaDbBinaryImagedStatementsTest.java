package io.attx.datasource.image;

import io.attx.databases.DatabaseAddress;
import io.attx.databases.DatabaseKind;

/** Images on MariaDB through the binary protocol with bulk batches. */
class MariaDbBinaryImagedStatementsTest extends MySqlFamilyImagedStatementsContract {
  MariaDbBinaryImagedStatementsTest() {
    super(DatabaseKind.MARIADB);
  }

  @Override
  DatabaseAddress withDriver(DatabaseAddress address) {
    return address.withProperty("useServerPrepStmts", "true").withProperty("useBulkStmts", "true");
  }

  /** Bulk batches report no counts, so the items run one by one. */
  @Override
  boolean provesBatches() {
    return false;
  }
}
