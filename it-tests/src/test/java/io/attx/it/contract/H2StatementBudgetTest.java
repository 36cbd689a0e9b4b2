package io.attx.it.contract;

import io.attx.databases.DatabaseKind;

class H2StatementBudgetTest extends StatementBudgetContract {
  H2StatementBudgetTest() {
    super(DatabaseKind.H2, 5);
  }
}
