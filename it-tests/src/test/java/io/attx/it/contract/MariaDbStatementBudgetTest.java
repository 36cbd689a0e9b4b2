package io.attx.it.contract;

import io.attx.databases.DatabaseKind;

class MariaDbStatementBudgetTest extends StatementBudgetContract {
  MariaDbStatementBudgetTest() {
    super(DatabaseKind.MARIADB, 5);
  }
}
