package io.attx.datasource.undo;

import io.attx.databases.DatabaseKind;
import java.util.List;

abstract class MySqlFamilyOperatorDecisionsContract extends OperatorDecisionsContract {
  MySqlFamilyOperatorDecisionsContract(DatabaseKind kind) {
    super(kind);
  }

  @Override
  List<String> oddSession() {
    return List.of(
        "SET SESSION time_zone = '+09:00'",
        "SET SESSION sql_mode = CONCAT(@@sql_mode, ',PAD_CHAR_TO_FULL_LENGTH')");
  }
}
