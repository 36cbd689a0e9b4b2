package io.attx.it.contract;

import io.attx.databases.DatabaseKind;

class H2GlobalTransactionTest extends GlobalTransactionContract {
  H2GlobalTransactionTest() {
    super(DatabaseKind.H2);
  }
}
