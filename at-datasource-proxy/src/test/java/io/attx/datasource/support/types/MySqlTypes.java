package io.attx.datasource.support.types;

import java.util.List;
import java.util.stream.Stream;

/** Types of MySQL and MariaDB. */
public final class MySqlTypes {
  private static final String CHARS = "CONCAT_WS('|', HEX(v), CAST(v AS CHAR))";
  private static final String NUMBER = "CONCAT_WS('|', CAST(v AS CHAR), v * 1e0)";

  private MySqlTypes() {}

  private static SqlType type(String definition, String judge, boolean isKey, String... literals) {
    return new SqlType(definition, judge, isKey, List.of(literals));
  }

  /** All types of MySQL. */
  public static List<SqlType> mySql() {
    return common(
        type(
            "JSON",
            "CAST(v AS CHAR)",
            false,
            "'{\"b\": 1, \"a\": [1.5, null, \"ü\\\\n\"]}'",
            "'\"text\"'",
            "'null'",
            "'123456789012345678'",
            "'[]'"));
  }

  /** All types of MariaDB. */
  public static List<SqlType> mariaDb() {
    return Stream.concat(
            common(type("JSON", CHARS, false, "'{\"b\": 1.00,  \"a\":[1.50]}'", "'[1.00]'"))
                .stream(),
            Stream.of(
                type("UUID", CHARS, true, "'123e4567-e89b-12d3-a456-426655440000'"),
                type("INET6", CHARS, true, "'::1'", "'2001:db8::ff00:42:8329'"),
                type("INET4", CHARS, true, "'10.0.0.1'")))
        .toList();
  }

  private static List<SqlType> common(SqlType json) {
    return List.of(
        type("TINYINT", NUMBER, true, "-128", "0", "127"),
        type("TINYINT(1)", NUMBER, true, "0", "1", "2", "-1"),
        type("TINYINT UNSIGNED", NUMBER, true, "0", "255"),
        type("SMALLINT", NUMBER, true, "-32768", "32767"),
        type("MEDIUMINT UNSIGNED", NUMBER, true, "0", "16777215"),
        type("INT", NUMBER, true, "-2147483648", "2147483647"),
        type("INT UNSIGNED", NUMBER, true, "4294967295", "7"),
        type("INT(6) ZEROFILL", NUMBER, true, "42", "0"),
        type(
            "BIGINT",
            NUMBER,
            true,
            "-9223372036854775808",
            "9223372036854775807",
            "9007199254740993",
            "9007199254740992"),
        type("BIGINT UNSIGNED", NUMBER, true, "18446744073709551615", "18446744073709551614", "0"),
        type(
            "DECIMAL(65,30)",
            NUMBER,
            true,
            "12345678901234567890123456789012345.123456789012345678901234567890",
            "-0.1",
            "0"),
        type("DECIMAL(5,0) UNSIGNED", NUMBER, true, "99999", "1"),
        type(
            "FLOAT",
            "CONCAT_WS('|', v * 1e0)",
            false,
            "3.4028234e38",
            "1.17549435e-38",
            "1e-45",
            "'-0'",
            "0.1",
            "16777217",
            "1234567.9"),
        type(
            "DOUBLE",
            NUMBER,
            true,
            "1.7976931348623157e308",
            "2.2250738585072014e-308",
            "5e-324",
            "0.1",
            "0.30000000000000004",
            "1e22"),
        type(
            "DATE",
            NUMBER,
            true,
            "'2024-02-29'",
            "'0000-00-00'",
            "'1000-01-01'",
            "'9999-12-31'",
            "'1500-02-28'"),
        type(
            "DATETIME",
            NUMBER,
            true,
            "'2024-03-31 02:30:00'",
            "'0000-00-00 00:00:00'",
            "'1969-12-31 23:59:59'"),
        type(
            "DATETIME(6)",
            NUMBER,
            true,
            "'2024-03-31 02:30:00.123456'",
            "'2024-03-31 02:30:00.000001'"),
        type(
            "TIMESTAMP NULL",
            "UNIX_TIMESTAMP(v)",
            false,
            "'2024-10-27 01:30:00'",
            "'1970-01-01 00:00:01'",
            "'2038-01-19 03:14:07'",
            "'0000-00-00 00:00:00'"),
        type(
            "TIMESTAMP(6) NULL",
            "UNIX_TIMESTAMP(v)",
            false,
            "'2024-10-27 01:30:00.000001'",
            "'2001-01-01 00:00:00.5'"),
        type("TIME", NUMBER, true, "'838:59:59'", "'-838:59:59'", "'00:00:00'"),
        type("TIME(3)", NUMBER, true, "'-12:30:01.250'", "'12:30:01.999'"),
        type("YEAR", NUMBER, true, "2000", "1901", "2155", "'0000'"),
        type("CHAR(10) CHARACTER SET utf8mb4", CHARS, true, "'a'", "'ä€😀'", "''"),
        type(
            "VARCHAR(40) CHARACTER SET utf8mb4",
            CHARS,
            true,
            "'plain'",
            "'trail  x'",
            "'back\\\\slash \\' \" \\n\\0'",
            "'日本語 😀'"),
        type("VARCHAR(40) CHARACTER SET latin1", CHARS, true, "_latin1 0x81", "'é'", "'abc'"),
        type("VARCHAR(40) CHARACTER SET utf16", CHARS, true, "'x'", "'😀'"),
        type("VARCHAR(40) CHARACTER SET gbk", CHARS, true, "'中文'", "'a'"),
        type("VARCHAR(40) COLLATE utf8mb4_bin", CHARS, true, "'a'", "'A'", "'ä'"),
        type("VARCHAR(40) COLLATE latin1_bin", CHARS, true, "_latin1 0x81", "'a'", "'A'"),
        type("VARCHAR(40) COLLATE gbk_bin", CHARS, true, "'中文'", "'a'"),
        type("VARCHAR(40) COLLATE ucs2_general_ci", CHARS, true, "'中文'", "'a'"),
        type("VARCHAR(40) CHARACTER SET ascii", CHARS, true, "'a'", "'b '"),
        type("TEXT", CHARS, false, "'text'", "REPEAT('ö', 5000)", "''"),
        type("LONGTEXT", CHARS, false, "'short'", "REPEAT('abc', 30000)"),
        type("BINARY(4)", "HEX(v)", true, "0x00FF0001", "0x01", "0x27"),
        type("VARBINARY(20)", "HEX(v)", true, "0x00FF5C27", "0x5C", "0x20", "0x2020"),
        type("BLOB", "HEX(v)", false, "0x00FF27225C0A", "''", "REPEAT(0x00, 3000)"),
        type("BIT(1)", "HEX(v)", true, "b'0'", "b'1'"),
        type("BIT(64)", "HEX(v)", true, "b'1'", "0xFFFFFFFFFFFFFFFF", "0x8000000000000001"),
        type("ENUM('x','y','')", "CONCAT_WS('|', v + 0, CAST(v AS CHAR))", true, "'x'", "''", "0"),
        type(
            "SET('a','b','c')", "CONCAT_WS('|', v + 0, CAST(v AS CHAR))", true, "'a,c'", "''", "7"),
        json,
        type(
            "GEOMETRY",
            "HEX(ST_AsBinary(v))",
            false,
            "ST_GeomFromText('POINT(1.5 -2.25)')",
            "ST_GeomFromText('POLYGON((0 0,1 0,1 1,0 0))')"));
  }
}
