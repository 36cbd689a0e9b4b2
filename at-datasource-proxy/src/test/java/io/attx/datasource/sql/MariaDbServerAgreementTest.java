package io.attx.datasource.sql;

import io.attx.databases.DatabaseKind;
import io.attx.datasource.sql.SqlFlags.Syntax;
import java.util.List;

class MariaDbServerAgreementTest extends ServerAgreementContract {
  MariaDbServerAgreementTest() {
    super(DatabaseKind.MARIADB, Syntax.MARIADB);
  }

  @Override
  List<String> columns() {
    return List.of(
        "a int",
        "b varchar(99)",
        "c varchar(99)",
        "d varchar(99)",
        "e varchar(99)",
        "f varchar(99)",
        "g varchar(99)",
        "k varchar(99)",
        "x varchar(99)",
        "offset2 int");
  }
}
