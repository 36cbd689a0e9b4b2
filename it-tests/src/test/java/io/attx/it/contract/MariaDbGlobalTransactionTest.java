package io.attx.it.contract;

import io.attx.databases.DatabaseKind;

class MariaDbGlobalTransactionTest extends GlobalTransactionContract {
  MariaDbGlobalTransactionTest() {
    super(DatabaseKind.MARIADB);
  }

  @Override
  protected String copyOfUndoTable() {
    return COPY_OF_UNDO_WITH_TYPES;
  }
}
