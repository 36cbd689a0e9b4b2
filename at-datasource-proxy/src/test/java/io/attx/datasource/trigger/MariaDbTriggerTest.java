package io.attx.datasource.trigger;

import io.attx.databases.DatabaseKind;

class MariaDbTriggerTest extends MySqlFamilyTriggerContract {
  MariaDbTriggerTest() {
    super(DatabaseKind.MARIADB);
  }
}
