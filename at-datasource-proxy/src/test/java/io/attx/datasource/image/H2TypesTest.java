package io.attx.datasource.image;

import io.attx.databases.DatabaseKind;
import io.attx.datasource.support.types.H2Types;
import io.attx.datasource.support.types.SqlType;
import java.util.List;

/** Values of H2. */
class H2TypesTest extends TypesContract {
  H2TypesTest() {
    super(DatabaseKind.H2);
  }

  @Override
  List<String> otherSession() {
    return List.of("SET TIME ZONE '-07:30'");
  }

  @Override
  List<SqlType> types() {
    return H2Types.all();
  }
}
