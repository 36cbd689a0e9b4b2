package io.attx.datasource.image;

import io.attx.databases.DatabaseKind;
import java.util.stream.Stream;

/** Equality of keys that MySQL and MariaDB share. */
abstract class MySqlFamilyLockKeysContract extends LockKeysContract {
  MySqlFamilyLockKeysContract(DatabaseKind kind) {
    super(kind);
  }

  @Override
  Stream<Pair> pairs() {
    return Stream.of(
        equal("VARCHAR(20) COLLATE utf8mb4_general_ci", "'a'", "'A'"),
        equal("VARCHAR(20) COLLATE utf8mb4_general_ci", "'a'", "'a  '"),
        equal("VARCHAR(20) COLLATE utf8mb4_unicode_ci", "'e'", "'É '"),
        equal("VARCHAR(20) COLLATE utf8mb4_unicode_ci", "'a'", "_utf8mb4 0x61C2A0"),
        equal("VARCHAR(20) COLLATE utf8mb4_unicode_ci", "'ss'", "'ß'"),
        equal("VARCHAR(20) COLLATE utf8mb4_bin", "'a'", "'a '"),
        different("VARCHAR(20) COLLATE utf8mb4_bin", "'a'", "'A'"),
        different("VARCHAR(20) COLLATE utf8mb4_general_ci", "'a'", "'b'"),
        equal("VARCHAR(20) COLLATE latin1_swedish_ci", "'a'", "'A '"),
        equal("CHAR(5) COLLATE utf8mb4_general_ci", "'a'", "'A   '"),
        different("VARBINARY(20)", "'a'", "'a '"),
        different("VARBINARY(20)", "'a'", "'A'"),
        equal("DECIMAL(10,2)", "1.5", "1.50"),
        different("DECIMAL(10,2)", "1.5", "1.51"),
        equal("DOUBLE", "0", "'-0'"),
        different("BIGINT", "1", "2"),
        different("DATETIME(3)", "'2024-01-01 00:00:00'", "'2024-01-01 00:00:00.001'"),
        different("INT", "1", "11"));
  }
}
