package io.attx.it.operator;

import io.attx.databases.DatabaseKind;

class PostgreSqlOperatorJourneyTest extends OperatorJourneyContract {
  PostgreSqlOperatorJourneyTest() {
    super(DatabaseKind.POSTGRESQL);
  }
}
