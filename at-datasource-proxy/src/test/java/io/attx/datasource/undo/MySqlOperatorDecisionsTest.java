package io.attx.datasource.undo;

import io.attx.databases.DatabaseKind;
import java.util.List;
import java.util.Map;

class MySqlOperatorDecisionsTest extends MySqlFamilyOperatorDecisionsContract {
  MySqlOperatorDecisionsTest() {
    super(DatabaseKind.MYSQL);
  }

  @Override
  Map<String, List<String>> spellings() {
    return Map.of(
        "DECIMAL(9,3)", List.of("1", "2.5", "2.500"),
        "JSON", List.of("'{}'", "'{\"b\": 2, \"a\":1}'", "'{ \"a\":1,\"b\":2 }'"),
        "CHAR(9)", List.of("'a'", "'b'", "'b  '"),
        "DOUBLE", List.of("1", "0.5", "5e-1"));
  }
}
