package io.attx.datasource.image;

import io.attx.databases.DatabaseKind;
import java.util.List;
import java.util.stream.Stream;

/** Values of MariaDB: those of MySQL and its own. */
class MariaDbTypesTest extends MySqlFamilyTypesContract {
  MariaDbTypesTest() {
    super(DatabaseKind.MARIADB);
  }

  @Override
  Stream<Type> types() {
    return Stream.concat(
        super.types(),
        Stream.of(
            type("UUID", CHARS, true, "'123e4567-e89b-12d3-a456-426655440000'"),
            type("INET6", CHARS, true, "'::1'", "'2001:db8::ff00:42:8329'"),
            type("INET4", CHARS, true, "'10.0.0.1'")));
  }

  @Override
  Type json() {
    return new Type("JSON", CHARS, false, List.of("'{\"b\": 1.00,  \"a\":[1.50]}'", "'[1.00]'"));
  }
}
