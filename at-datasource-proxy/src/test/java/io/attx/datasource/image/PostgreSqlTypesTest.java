package io.attx.datasource.image;

import io.attx.databases.DatabaseKind;
import io.attx.datasource.support.types.PostgreSqlTypes;
import io.attx.datasource.support.types.SqlType;
import java.util.List;

/** Values of PostgreSQL, judged by their binary form on the wire. */
class PostgreSqlTypesTest extends TypesContract {
  PostgreSqlTypesTest() {
    super(DatabaseKind.POSTGRESQL);
  }

  @Override
  List<String> preparation() {
    return PostgreSqlTypes.preparation();
  }

  @Override
  List<String> otherSession() {
    return List.of(
        "SET TimeZone = 'America/St_Johns'",
        "SET IntervalStyle = 'sql_standard'",
        "SET bytea_output = 'escape'",
        "SET extra_float_digits = 1",
        "SET search_path = pg_catalog, public");
  }

  @Override
  List<SqlType> types() {
    return PostgreSqlTypes.all();
  }
}
