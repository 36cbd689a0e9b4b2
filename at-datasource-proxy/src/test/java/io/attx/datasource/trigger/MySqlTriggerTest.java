package io.attx.datasource.trigger;

import io.attx.databases.DatabaseKind;

class MySqlTriggerTest extends MySqlFamilyTriggerContract {
  MySqlTriggerTest() {
    super(DatabaseKind.MYSQL);
  }
}
