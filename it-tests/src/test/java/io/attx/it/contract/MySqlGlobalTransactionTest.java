package io.attx.it.contract;

import io.attx.databases.DatabaseKind;

class MySqlGlobalTransactionTest extends GlobalTransactionContract {
  MySqlGlobalTransactionTest() {
    super(DatabaseKind.MYSQL);
  }

  @Override
  protected String copyOfUndoTable() {
    return COPY_OF_UNDO_WITH_TYPES;
  }
}
