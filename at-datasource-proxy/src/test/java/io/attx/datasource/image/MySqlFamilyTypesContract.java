package io.attx.datasource.image;

import io.attx.databases.DatabaseKind;
import java.util.List;

/** Values that MySQL and MariaDB have in common. */
abstract class MySqlFamilyTypesContract extends TypesContract {
  MySqlFamilyTypesContract(DatabaseKind kind) {
    super(kind);
  }

  @Override
  List<String> preparation() {
    return List.of("SET sql_mode = 'ALLOW_INVALID_DATES'", "SET time_zone = '+00:00'");
  }

  @Override
  List<String> otherSession() {
    return List.of("SET time_zone = '-07:30'", "SET sql_mode = 'ANSI_QUOTES'");
  }
}
