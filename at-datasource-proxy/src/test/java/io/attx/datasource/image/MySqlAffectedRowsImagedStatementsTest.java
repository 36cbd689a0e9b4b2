package io.attx.datasource.image;

import io.attx.databases.DatabaseAddress;
import io.attx.databases.DatabaseKind;

/** Images on MySQL where counts leave out unchanged rows. */
class MySqlAffectedRowsImagedStatementsTest extends MySqlFamilyImagedStatementsContract {
  MySqlAffectedRowsImagedStatementsTest() {
    super(DatabaseKind.MYSQL);
  }

  @Override
  DatabaseAddress withDriver(DatabaseAddress address) {
    return address.withProperty("useAffectedRows", "true");
  }
}
