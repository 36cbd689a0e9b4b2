package io.attx.it.contract;

import io.attx.databases.DatabaseKind;

class MariaDbGlobalTransactionTest extends GlobalTransactionContract {
  MariaDbGlobalTransactionTest() {
    super(DatabaseKind.MARIADB);
  }

  @Override
  protected String copyOfUndoTable() {
    return "create table copy_of_undo (cluster bigint, branch_session bigint, branch_number bigint,"
        + " chunk int, xid_session bigint, xid_number bigint, state tinyint, format smallint,"
        + " chunks int, payload longblob, created datetime(3))";
  }
}
