package io.attx.datasource.image;

import io.attx.databases.DatabaseKind;
import java.util.stream.Stream;

/** Equality of keys on MySQL. */
class MySqlLockKeysTest extends MySqlFamilyLockKeysContract {
  MySqlLockKeysTest() {
    super(DatabaseKind.MYSQL);
  }

  @Override
  Stream<Pair> pairs() {
    return Stream.concat(
        super.pairs(),
        Stream.of(
            equal("VARCHAR(20) COLLATE utf8mb4_0900_ai_ci", "'e'", "'É'"),
            new Pair("VARCHAR(20) COLLATE utf8mb4_0900_ai_ci", "'e'", "'e '", false, false),
            different("VARCHAR(20) COLLATE utf8mb4_0900_as_cs", "'e'", "'é'")));
  }
}
