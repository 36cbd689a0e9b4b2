package io.attx.datasource.restored;

import io.attx.databases.DatabaseKind;

class MariaDbAlteredTableTest extends AlteredTableContract {
  MariaDbAlteredTableTest() {
    super(DatabaseKind.MARIADB);
  }
}
