package io.attx.datasource.support.types;

import java.util.List;

/** Types of PostgreSQL, judged by their binary form on the wire. */
public final class PostgreSqlTypes {
  private static final String JUDGE = "encode(record_send(ROW(v)), 'hex')";

  private PostgreSqlTypes() {}

  /** What creates the types that are not built in. */
  public static List<String> preparation() {
    return List.of(
        "CREATE TYPE mood AS ENUM ('sad', 'it''s ok', 'happy')",
        "CREATE DOMAIN percent AS NUMERIC(5,2) CHECK (VALUE BETWEEN 0 AND 100)",
        "CREATE DOMAIN moment AS TIMESTAMPTZ",
        "CREATE EXTENSION IF NOT EXISTS citext",
        "CREATE EXTENSION IF NOT EXISTS hstore",
        "CREATE TYPE pair AS (a INT, b TEXT)",
        "CREATE TYPE textrange AS RANGE (subtype = text)",
        "CREATE TYPE reading AS (at TIMESTAMPTZ, value DOUBLE PRECISION)",
        "CREATE TYPE floatrange AS RANGE (subtype = float8)",
        "CREATE COLLATION ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false)");
  }

  private static SqlType key(String definition, String... literals) {
    return new SqlType(definition, JUDGE, true, List.of(literals));
  }

  private static SqlType value(String definition, String... literals) {
    return new SqlType(definition, JUDGE, false, List.of(literals));
  }

  /** All types. */
  public static List<SqlType> all() {
    return List.of(
        key("SMALLINT", "-32768", "32767"),
        key("INTEGER", "-2147483648", "2147483647"),
        key("BIGINT", "-9223372036854775808", "9223372036854775807"),
        key("NUMERIC", "1.0", "1e-20", "'NaN'", "12345678901234567890.12345", "'Infinity'"),
        key("NUMERIC(10,3)", "1.5", "-0.001"),
        key("REAL", "3.4028235e38", "1.4e-45", "0.1", "'NaN'", "'-Infinity'", "16777217"),
        key(
            "DOUBLE PRECISION",
            "1.7976931348623157e308",
            "5e-324",
            "0.1",
            "0.30000000000000004",
            "'NaN'",
            "'Infinity'"),
        value("DOUBLE PRECISION", "'-0'", "0"),
        key("MONEY", "'12.34'", "-0.01", "92233720368547758.07"),
        key("BOOLEAN", "true", "false"),
        key("TEXT", "'plain'", "'ä€😀'", "E'back\\\\slash '' \\n'", "''", "' a '"),
        key("VARCHAR(20)", "'x'", "'trail  '"),
        key("CHAR(5)", "'x'", "'ab '", "''"),
        key("NAME", "'a name'"),
        key("\"char\"", "'x'"),
        key("BYTEA", "'\\x00ff275c'", "''", "'\\x20'"),
        key("DATE", "'2024-02-29'", "'0044-03-15 BC'", "'infinity'", "'-infinity'"),
        key("TIME", "'23:59:59.999999'", "'24:00'", "'00:00'"),
        key("TIME(2)", "'12:00:00.25'"),
        key("TIMETZ", "'12:00:00.5+05:30'", "'24:00-12'"),
        key("TIMESTAMP", "'2024-03-31 02:30:00.000001'", "'infinity'", "'0001-01-01 BC'"),
        key("TIMESTAMP(3)", "'2024-03-31 02:30:00.125'"),
        key(
            "TIMESTAMPTZ",
            "'2024-10-27 01:30:00.000001+02'",
            "'2024-10-27 01:30:00+01'",
            "'-infinity'",
            "'1883-01-01 00:00:00Z'",
            "'0044-03-15 12:00:00Z BC'"),
        key("TIMESTAMPTZ(0)", "'2024-10-27 01:30:00+02'"),
        key(
            "INTERVAL",
            "'1 year -2 mons 3 days -04:05:06.789'",
            "'-1 day'",
            "'0'",
            "'-0.000001'",
            "'178000000 years'",
            "'infinity'"),
        key("INTERVAL DAY TO SECOND(3)", "'3 days 04:05:06.789'"),
        key("UUID", "'123e4567-e89b-12d3-a456-426655440000'"),
        value("JSON", "'{\"b\": 1.00,  \"b\": 2}'", "'null'"),
        key("JSONB", "'{\"b\": 1.00, \"a\": [null]}'", "'\"x\"'"),
        value("XML", "'<a>é &amp; b</a>'", "XMLPARSE(CONTENT 'a<b/>')"),
        key("INET", "'10.0.0.1/8'", "'::1'", "'10.0.0.1'"),
        key("CIDR", "'10.0.0.0/8'"),
        key("MACADDR", "'08:00:2b:01:02:03'"),
        key("MACADDR8", "'08:00:2b:01:02:03:04:05'"),
        key("BIT(5)", "B'10101'"),
        key("BIT VARYING", "B'1'", "B''"),
        value("POINT", "'(0.1,1e300)'"),
        value("LINE", "'{1,2,3}'"),
        value("LSEG", "'[(0,0),(0.1,1)]'"),
        value("BOX", "'(1,1),(0,0)'"),
        value("PATH", "'((0,0),(1,0.1))'", "'[(0,0),(1,1)]'"),
        value("POLYGON", "'((0,0),(1,0),(1,1))'"),
        value("CIRCLE", "'<(0,0),0.1>'"),
        key("TSVECTOR", "'a:1 fat:2A'"),
        key("TSQUERY", "'a & !b'"),
        key("INT4RANGE", "'[1,5)'", "'empty'", "'(,3)'"),
        key("NUMRANGE", "'[1.10,2.0]'"),
        key("TSRANGE", "'[2024-01-01,2024-02-01)'"),
        key("DATERANGE", "'[2024-01-01,)'"),
        key("INT4MULTIRANGE", "'{[1,2),[5,9)}'"),
        key("INTEGER[]", "'{1,NULL,3}'", "'[2:3]={5,6}'", "'{{1,2},{3,4}}'", "'{}'"),
        key("TEXT[]", "'{a,\"b \\\"q\\\" , c\",NULL,\"NULL\"}'"),
        key("NUMERIC(6,2)[]", "'{1.50,2}'"),
        value("DOUBLE PRECISION[]", "'{0.1,NaN,5e-324}'"),
        key("mood", "'sad'", "'it''s ok'"),
        key("mood[]", "'{happy,sad}'"),
        key("percent", "12.5"),
        key("moment", "'2024-10-27 01:30:00+02'"),
        key("OID", "4294967295"),
        key("PG_LSN", "'16/B374D848'"),
        key("BPCHAR", "'trail  '", "'x'", "''"),
        key(
            "TSTZRANGE",
            "'[2024-01-01 00:00+02,2024-02-01)'",
            "'empty'",
            "'(,infinity)'",
            "'[2024-10-27 01:30:00.000001+02,)'",
            "'(,)'"),
        key("TSTZMULTIRANGE", "'{[2024-01-01 00:00+02,2024-02-01 00:00Z),[2025-01-01,)}'", "'{}'"),
        key("NUMMULTIRANGE", "'{[1.10,2.0),(3,)}'"),
        key(
            "TIMESTAMPTZ[]",
            "'{2024-10-27 01:30:00+02,NULL,infinity}'",
            "'[0:1]={0044-03-15 12:00:00Z BC,-infinity}'",
            "'{}'",
            "'{{2024-01-01},{1999-12-31 23:59:59.999999Z}}'"),
        key("INTERVAL[]", "'{1 mon -2 days,-00:00:01.5,NULL,infinity}'"),
        key("BYTEA[]", "'{\"\\\\x00ff\",NULL,\"\"}'"),
        key("MONEY[]", "'{12.34,NULL}'"),
        key("BOOLEAN[]", "'{t,f,NULL}'"),
        key("UUID[]", "'{123e4567-e89b-12d3-a456-426655440000}'"),
        key("DATE[]", "'{infinity,2024-02-29}'"),
        key("TIMETZ[]", "'{24:00-12,12:00:00.5+05:30}'"),
        key("BIT(3)[]", "'{101,NULL}'"),
        key("CHAR(3)[]", "'{x,\"ab \"}'"),
        key("BPCHAR[]", "'{x,\"ab \"}'"),
        key("percent[]", "'{12.5,NULL}'"),
        key("INT4RANGE[]", "'{\"[1,5)\",empty}'"),
        key("INET[]", "'{10.0.0.1/8,::1}'"),
        value("JSON[]", "'{\"{\\\"a\\\": 1.00}\",null}'"),
        key("JSONB[]", "'{\"{\\\"a\\\": 1.00}\"}'"),
        value("POINT[]", "'{\"(0.1,1e300)\"}'"),
        value("XML[]", "'{<a/>}'"),
        key("pair", "'(1,\"a b\")'::pair", "'(,)'::pair", "ROW(2, 'it''s')::pair"),
        key("pair[]", "ARRAY[ROW(1, 'x')::pair, NULL]"),
        key("textrange", "'[a,b)'", "'empty'"),
        value("JSONPATH", "'$.a[*]'"),
        key("XID8", "'5'"),
        key("CITEXT", "'a'", "'B '", "'ä'"),
        value("HSTORE", "'a=>1, \"b c\"=>NULL'", "''"),
        key("TEXT COLLATE \"C\"", "'a'", "'A'"),
        key("TEXT COLLATE ci", "'a'", "'b '", "'ä'"));
  }

  /** Types that cannot be imaged whatever the session: refused by name. */
  public static List<SqlType> refused() {
    return List.of(
        value("reading", "ROW('2024-01-01', 0.1)::reading"),
        value("reading[]", "ARRAY[ROW('2024-01-01', 0.1)::reading]"),
        value("floatrange", "'[0.1,0.2)'"),
        value("moment[]", "'{2024-01-01}'"),
        value("REGCLASS", "'pg_class'"));
  }
}
