package io.attx.datasource.restored;

import io.attx.databases.DatabaseKind;

class MySqlCompletenessTest extends CompletenessContract {
  MySqlCompletenessTest() {
    super(DatabaseKind.MYSQL);
  }
}
