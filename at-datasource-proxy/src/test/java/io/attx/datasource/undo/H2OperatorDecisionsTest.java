package io.attx.datasource.undo;

import io.attx.databases.DatabaseKind;
import java.util.List;
import java.util.Map;

class H2OperatorDecisionsTest extends OperatorDecisionsContract {
  H2OperatorDecisionsTest() {
    super(DatabaseKind.H2);
  }

  @Override
  Map<String, List<String>> spellings() {
    return Map.of(
        "DECIMAL(9,3)", List.of("1", "2.5", "2.500"),
        "JSON", List.of("JSON '{}'", "JSON '{\"a\": 1}'", "JSON '{\"a\":1}'"),
        "CHAR(9)", List.of("'a'", "'b'", "'b  '"),
        "TIMESTAMP WITH TIME ZONE",
            List.of(
                "TIMESTAMP WITH TIME ZONE '2024-01-01 00:00:00+00'",
                "TIMESTAMP WITH TIME ZONE '2024-01-01 10:00:00+01'",
                "TIMESTAMP WITH TIME ZONE '2024-01-01 10:00:00+01:00'"));
  }

  @Override
  List<String> oddSession() {
    return List.of("SET TIME ZONE 'Asia/Tokyo'");
  }
}
