package io.attx.datasource.undo;

import io.attx.databases.DatabaseKind;
import java.util.List;
import java.util.Map;

class MariaDbOperatorDecisionsTest extends MySqlFamilyOperatorDecisionsContract {
  MariaDbOperatorDecisionsTest() {
    super(DatabaseKind.MARIADB);
  }

  /** JSON is text here: two spellings are two values. */
  @Override
  Map<String, List<String>> spellings() {
    return Map.of(
        "DECIMAL(9,3)", List.of("1", "2.5", "2.500"),
        "CHAR(9)", List.of("'a'", "'b'", "'b  '"),
        "DOUBLE", List.of("1", "0.5", "5e-1"));
  }
}
