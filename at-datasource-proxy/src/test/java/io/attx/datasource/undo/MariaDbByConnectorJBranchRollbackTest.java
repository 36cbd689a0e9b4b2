package io.attx.datasource.undo;

import io.attx.databases.DatabaseAddress;
import io.attx.databases.DatabaseKind;

class MariaDbByConnectorJBranchRollbackTest extends MySqlFamilyBranchRollbackContract {
  MariaDbByConnectorJBranchRollbackTest() {
    super(DatabaseKind.MARIADB);
  }

  @Override
  DatabaseAddress withDriver(DatabaseAddress address) {
    return address.viaConnectorJ();
  }
}
