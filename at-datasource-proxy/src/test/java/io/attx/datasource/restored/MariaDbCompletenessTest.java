package io.attx.datasource.restored;

import io.attx.databases.DatabaseKind;

class MariaDbCompletenessTest extends CompletenessContract {
  MariaDbCompletenessTest() {
    super(DatabaseKind.MARIADB);
  }
}
