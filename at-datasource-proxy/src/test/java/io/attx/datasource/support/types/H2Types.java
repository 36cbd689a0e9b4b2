package io.attx.datasource.support.types;

import java.util.List;

/** Types of H2. */
public final class H2Types {
  private static final String TEXT = "CAST(v AS VARCHAR)";

  private H2Types() {}

  private static SqlType key(String definition, String... literals) {
    return new SqlType(definition, TEXT, true, List.of(literals));
  }

  private static SqlType value(String definition, String judge, String... literals) {
    return new SqlType(definition, judge, false, List.of(literals));
  }

  /** All types. */
  public static List<SqlType> all() {
    return List.of(
        key("TINYINT", "-128", "127"),
        key("SMALLINT", "-32768", "32767"),
        key("INTEGER", "-2147483648", "2147483647"),
        key("BIGINT", "-9223372036854775808", "9223372036854775807"),
        key("NUMERIC(30,10)", "1.5", "-0.0000000001"),
        key("DECFLOAT(20)", "1.50", "1E100", "'NaN'"),
        key("REAL", "0.1", "3.4028235E38", "1.4E-45"),
        key("DOUBLE PRECISION", "0.1", "1.7976931348623157E308", "4.9E-324"),
        key("BOOLEAN", "TRUE", "FALSE"),
        key("CHAR(5)", "'x'", "'ab'"),
        key("VARCHAR(40)", "'plain'", "'ä€😀 '' '", "''", "' a '"),
        key("VARCHAR_IGNORECASE(40)", "'Abc'"),
        value("CLOB", "v", "'text ü'", "REPEAT('long', 3000)"),
        new SqlType("BINARY(4)", "RAWTOHEX(v)", true, List.of("X'00FF0001'", "X'01'")),
        new SqlType("VARBINARY(20)", "RAWTOHEX(v)", true, List.of("X'00FF5C27'", "X'20'", "X''")),
        value("BLOB", "RAWTOHEX(v)", "X'00FF27'", "X''"),
        key("DATE", "DATE '2024-02-29'", "DATE '-0044-03-15'"),
        key("TIME(9)", "TIME '23:59:59.123456789'"),
        key("TIME(3) WITH TIME ZONE", "TIME WITH TIME ZONE '12:00:00.125+05:30'"),
        key("TIMESTAMP(9)", "TIMESTAMP '2024-03-31 02:30:00.123456789'"),
        key(
            "TIMESTAMP WITH TIME ZONE",
            "TIMESTAMP WITH TIME ZONE '2024-10-27 01:30:00.5+02'",
            "TIMESTAMP WITH TIME ZONE '2024-10-27 01:30:00.5+01'"),
        key("INTERVAL YEAR TO MONTH", "INTERVAL '1-2' YEAR TO MONTH"),
        key("INTERVAL DAY(4) TO SECOND(5)", "INTERVAL '-1234 01:02:03.12345' DAY TO SECOND"),
        key("INTERVAL SECOND", "INTERVAL '1.5' SECOND"),
        key("UUID", "UUID '123e4567-e89b-12d3-a456-426655440000'"),
        key("ENUM('a', 'b''c')", "'a'", "'b''c'"),
        value("JSON", TEXT, "JSON '{\"a\": 1.00}'", "JSON '\"text\"'", "JSON 'null'"),
        value("GEOMETRY", TEXT, "GEOMETRY 'POINT (1.5 -2)'"),
        value("INTEGER ARRAY", TEXT, "ARRAY[1, NULL, 3]", "ARRAY[]"),
        value("VARCHAR(10) ARRAY[5]", TEXT, "ARRAY['x', 'y''s', '', '[, ]', NULL]"),
        value("NUMERIC(10, 2) ARRAY ARRAY", TEXT, "ARRAY[ARRAY[1.5, 2], ARRAY[], NULL]"),
        value(
            "TIMESTAMP(9) WITH TIME ZONE ARRAY",
            TEXT,
            "ARRAY[TIMESTAMP WITH TIME ZONE '2024-10-27 01:30:00.123456789+02']"),
        value("DOUBLE PRECISION ARRAY", TEXT, "ARRAY[0.1, CAST('NaN' AS DOUBLE PRECISION), -0.0]"),
        value("VARBINARY(5) ARRAY", TEXT, "ARRAY[X'00ff', X'', NULL]"),
        value("INTERVAL DAY TO SECOND ARRAY", TEXT, "ARRAY[INTERVAL '1 2:03:04.5' DAY TO SECOND]"),
        value("UUID ARRAY", TEXT, "ARRAY[UUID '123e4567-e89b-12d3-a456-426655440000']"),
        value("ENUM('a', 'b') ARRAY", TEXT, "ARRAY['b']"),
        value("BOOLEAN ARRAY", TEXT, "ARRAY[TRUE, FALSE, NULL]"));
  }

  /** Types that cannot be imaged: refused by name. */
  public static List<SqlType> refused() {
    return List.of(
        value("ROW(a INT, b VARCHAR(10))", TEXT, "ROW(1, 'x')"),
        value("JSON ARRAY", TEXT, "ARRAY[JSON '1']"),
        value("JAVA_OBJECT", "RAWTOHEX(CAST(v AS VARBINARY))", "X'00'"));
  }
}
