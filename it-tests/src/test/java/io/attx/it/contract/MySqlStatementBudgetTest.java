package io.attx.it.contract;

import io.attx.databases.DatabaseKind;

class MySqlStatementBudgetTest extends StatementBudgetContract {
  MySqlStatementBudgetTest() {
    super(DatabaseKind.MYSQL, 5);
  }
}
