package io.attx.datasource.image;

import io.attx.databases.DatabaseKind;
import java.util.stream.Stream;

/** Equality of keys on MariaDB. */
class MariaDbLockKeysTest extends MySqlFamilyLockKeysContract {
  MariaDbLockKeysTest() {
    super(DatabaseKind.MARIADB);
  }

  @Override
  Stream<Pair> pairs() {
    return Stream.concat(
        super.pairs(),
        Stream.of(
            equal("VARCHAR(20) COLLATE utf8mb4_uca1400_ai_ci", "'e'", "'É '"),
            equal("VARCHAR(20) COLLATE utf8mb4_uca1400_as_cs", "'e'", "'e '"),
            different("VARCHAR(20) COLLATE utf8mb4_uca1400_as_cs", "'e'", "'é'"),
            equal(
                "UUID",
                "'123e4567-e89b-12d3-a456-426655440000'",
                "'123E4567E89B12D3A456426655440000'")));
  }
}
