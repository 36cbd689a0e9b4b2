package io.attx.datasource.image;

import io.attx.databases.DatabaseKind;
import java.util.List;
import java.util.stream.Stream;

/** Equality of keys on PostgreSQL. */
class PostgreSqlLockKeysTest extends LockKeysContract {
  PostgreSqlLockKeysTest() {
    super(DatabaseKind.POSTGRESQL);
  }

  @Override
  List<String> preparation() {
    return List.of(
        "CREATE COLLATION ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false)");
  }

  @Override
  Stream<Pair> pairs() {
    return Stream.of(
        equal("NUMERIC", "1.0", "1.00"),
        equal("NUMERIC", "0", "-0.000"),
        different("NUMERIC", "1.0", "1.1"),
        equal("INTERVAL", "'1 day'", "'24:00'"),
        equal("INTERVAL", "'1 mon'", "'30 days'"),
        different("INTERVAL", "'1 day'", "'25:00'"),
        equal("DOUBLE PRECISION", "'-0'", "0"),
        different("DOUBLE PRECISION", "1", "2"),
        equal("REAL", "'-0'", "0"),
        equal("CHAR(5)", "'a'", "'a  '"),
        different("TEXT", "'a'", "'a '"),
        different("TEXT", "'a'", "'A'"),
        equal("TEXT COLLATE ci", "'a'", "'A'"),
        equal("JSONB", "'[1.0]'", "'[1.00]'"),
        equal("NUMERIC[]", "'{1.0}'", "'{1.00}'"),
        equal("TIMESTAMPTZ", "'2024-01-01 00:00Z'", "'2024-01-01 01:00+01'"),
        different("TIMETZ", "'12:00Z'", "'13:00+01'"),
        different("BYTEA", "'\\x01'", "'\\x0100'"),
        equal("INET", "'10.0.0.1'", "'10.0.0.1/32'"),
        different(
            "UUID",
            "'123e4567-e89b-12d3-a456-426655440000'",
            "'123e4567-e89b-12d3-a456-426655440001'"));
  }
}
