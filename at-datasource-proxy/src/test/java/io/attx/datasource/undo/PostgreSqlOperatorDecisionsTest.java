package io.attx.datasource.undo;

import io.attx.databases.DatabaseKind;
import java.util.List;
import java.util.Map;

class PostgreSqlOperatorDecisionsTest extends OperatorDecisionsContract {
  PostgreSqlOperatorDecisionsTest() {
    super(DatabaseKind.POSTGRESQL);
  }

  @Override
  Map<String, List<String>> spellings() {
    return Map.of(
        "NUMERIC", List.of("1", "2.5", "2.500"),
        "JSON", List.of("'{}'", "'{\"a\": 1}'", "'{\"a\":1}'"),
        "JSONB", List.of("'{}'", "'{\"b\": 2, \"a\":1}'", "'{ \"a\":1,\"b\":2 }'"),
        "CHAR(9)", List.of("'a'", "'b'", "'b  '"),
        "TIMESTAMPTZ",
            List.of(
                "'2024-01-01 00:00:00+00'",
                "'2024-01-01 10:00:00+01'",
                "'2024-01-01 09:00:00+00'"));
  }

  @Override
  List<String> oddSession() {
    return List.of(
        "SET TimeZone TO 'Asia/Tokyo'",
        "SET DateStyle TO 'ISO, DMY'",
        "SET extra_float_digits TO 0",
        "SET IntervalStyle TO 'iso_8601'");
  }
}
