package io.attx.datasource.sql;

import io.attx.databases.DatabaseKind;
import io.attx.datasource.sql.SqlFlags.Syntax;
import java.util.List;

class PostgreSqlServerAgreementTest extends ServerAgreementContract {
  PostgreSqlServerAgreementTest() {
    super(DatabaseKind.POSTGRESQL, Syntax.POSTGRESQL);
  }

  @Override
  List<String> columns() {
    return List.of(
        "a int",
        "b text",
        "c text",
        "d text",
        "e text",
        "f text",
        "g text",
        "k text",
        "x int",
        "j jsonb",
        "arr int[]",
        "\"A\" int");
  }
}
