package io.attx.it.contract;

import io.attx.databases.DatabaseKind;

class PostgreSqlStatementBudgetTest extends StatementBudgetContract {
  PostgreSqlStatementBudgetTest() {
    super(DatabaseKind.POSTGRESQL, 3);
  }
}
