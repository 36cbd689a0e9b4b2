package io.attx.datasource.image;

import io.attx.databases.DatabaseKind;
import java.util.stream.Stream;

/** Equality of keys on H2. */
class H2LockKeysTest extends LockKeysContract {
  H2LockKeysTest() {
    super(DatabaseKind.H2);
  }

  @Override
  Stream<Pair> pairs() {
    return Stream.of(
        equal("CHAR(5)", "'a'", "'a  '"),
        different("VARCHAR(20)", "'a'", "'a '"),
        different("VARCHAR(20)", "'a'", "'A'"),
        equal("VARCHAR_IGNORECASE(20)", "'a'", "'A'"),
        equal("NUMERIC(10,2)", "1.5", "1.50"),
        equal("DECFLOAT(10)", "1.5", "1.50"),
        equal("DOUBLE PRECISION", "0", "-0.0"),
        equal(
            "TIMESTAMP WITH TIME ZONE",
            "TIMESTAMP WITH TIME ZONE '2024-01-01 00:00:00Z'",
            "TIMESTAMP WITH TIME ZONE '2024-01-01 01:00:00+01'"),
        equal(
            "TIME WITH TIME ZONE",
            "TIME WITH TIME ZONE '12:00:00Z'",
            "TIME WITH TIME ZONE '13:00:00+01'"),
        equal("INTERVAL DAY TO HOUR", "INTERVAL '1 0' DAY TO HOUR", "INTERVAL '24' HOUR"),
        different("VARBINARY(5)", "X'01'", "X'0100'"),
        different(
            "UUID",
            "UUID '123e4567-e89b-12d3-a456-426655440000'",
            "UUID '123e4567-e89b-12d3-a456-426655440001'"));
  }
}
