package io.attx.datasource.restored;

import io.attx.databases.DatabaseKind;

class PostgreSqlCompletenessTest extends CompletenessContract {
  PostgreSqlCompletenessTest() {
    super(DatabaseKind.POSTGRESQL);
  }
}
