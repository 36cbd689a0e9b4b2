package io.attx.datasource.dialect.postgresql;

import io.attx.datasource.dialect.ImageDialect;
import io.attx.datasource.dialect.ImageSupport;
import io.attx.datasource.dialect.JsonSpelling;
import io.attx.datasource.dialect.ShownText;
import io.attx.datasource.dialect.TypeKinds;
import io.attx.datasource.metadata.ColumnMetadata;
import io.attx.undolog.ColumnValue;
import io.attx.undolog.UndoColumn;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Exact reading and binding on PostgreSQL, mostly as text with a cast. What a session setting would
 * change (TimeZone, IntervalStyle, bytea_output, lc_monetary) is read by expressions that do not
 * depend on it; where floats hide inside a larger text, the read fails when extra_float_digits
 * would lose digits.
 */
final class PostgreSqlImages implements ImageDialect {
  private static final char INEXACT = '!';
  private static final BigDecimal MICROS = new BigDecimal(1_000_000);

  private static final ImageSupport SUPPORT = new ImageSupport(true, true, true, true, false, true);

  private final TypeKinds<Kind> kinds = new TypeKinds<>(PostgreSqlImages::classify);

  private enum Kind {
    INTEGER,
    TEXT,
    BYTEA,
    FLOAT4,
    FLOAT8,
    TIMESTAMPTZ,
    INTERVAL,
    MONEY,
    /** Whose cast to text loses blanks. */
    BPCHAR,
    MONEY_ARRAY,
    TIMESTAMPTZ_ARRAY,
    INTERVAL_ARRAY,
    BYTEA_ARRAY,
    TSTZRANGE,
    TSTZMULTIRANGE,
    /** As text; contains floats. */
    WITH_FLOATS,
    /** As text. */
    PLAIN,
    UNSUPPORTED
  }

  private static Kind classify(String type) {
    int open = type.indexOf('(');
    String word = (open < 0 ? type : type.substring(0, open)).trim();
    if (type.endsWith("[]")) {
      return classifyArray(classify(type.substring(0, type.length() - 2)));
    }
    if (type.startsWith("timestamp") && type.endsWith("with time zone")) {
      return Kind.TIMESTAMPTZ;
    }
    if (type.startsWith("interval")) {
      return Kind.INTERVAL;
    }
    return switch (word) {
      case "smallint", "integer", "bigint" -> Kind.INTEGER;
      case "text", "character varying" -> Kind.TEXT;
      case "bytea" -> Kind.BYTEA;
      case "real" -> Kind.FLOAT4;
      case "double precision" -> Kind.FLOAT8;
      case "money" -> Kind.MONEY;
      case "point", "line", "lseg", "box", "path", "polygon", "circle" -> Kind.WITH_FLOATS;
      case "bpchar" -> Kind.BPCHAR;
      case "tstzrange" -> Kind.TSTZRANGE;
      case "tstzmultirange" -> Kind.TSTZMULTIRANGE;
      case "regclass",
          "regproc",
          "regprocedure",
          "regoper",
          "regoperator",
          "regtype",
          "regrole",
          "regnamespace",
          "regconfig",
          "regdictionary",
          "regcollation",
          "aclitem",
          "refcursor" ->
          Kind.UNSUPPORTED;
      default -> Kind.PLAIN;
    };
  }

  private static Kind classifyArray(Kind element) {
    return switch (element) {
      case INTEGER, TEXT, BPCHAR, PLAIN -> Kind.PLAIN;
      case MONEY -> Kind.MONEY_ARRAY;
      case TIMESTAMPTZ -> Kind.TIMESTAMPTZ_ARRAY;
      case INTERVAL -> Kind.INTERVAL_ARRAY;
      case BYTEA -> Kind.BYTEA_ARRAY;
      case FLOAT4, FLOAT8, WITH_FLOATS -> Kind.WITH_FLOATS;
      default -> Kind.UNSUPPORTED;
    };
  }

  @Override
  public String unsupportedReason(ColumnMetadata column) {
    if (column.jdbcType() == Types.STRUCT) {
      return "the type "
          + column.typeName()
          + " of column "
          + column.name()
          + " holds values whose text depends on settings of the session (floats, timestamptz,"
          + " interval, money or bytea inside a type of your own)";
    }
    return kinds.of(column.typeName()) == Kind.UNSUPPORTED
        ? "the type " + column.typeName() + " of column " + column.name() + " cannot be imaged"
        : "";
  }

  @Override
  public String unsupportedKeyReason(ColumnMetadata column) {
    return switch (kinds.of(column.typeName())) {
      case WITH_FLOATS, UNSUPPORTED ->
          "a row cannot be found exactly by column "
              + column.name()
              + " of type "
              + column.typeName();
      default -> unsupportedReason(column);
    };
  }

  @Override
  public String readExpression(String quotedColumn, UndoColumn column) {
    String v = quotedColumn;
    return switch (kinds.of(column.typeName())) {
      case INTEGER, TEXT, BYTEA -> v;
      case FLOAT4 -> "float4send(" + v + ")";
      case FLOAT8 -> "float8send(" + v + ")";
      case TIMESTAMPTZ -> "(" + v + " AT TIME ZONE 'UTC')::text";
      case MONEY -> v + "::numeric::text";
      case MONEY_ARRAY -> v + "::numeric[]::text";
      case BPCHAR -> "CASE WHEN " + v + " IS NOT NULL THEN concat(" + v + ") END";
      case TIMESTAMPTZ_ARRAY, INTERVAL_ARRAY, BYTEA_ARRAY -> "array_send(" + v + ")";
      case TSTZRANGE -> "range_send(" + v + ")";
      case TSTZMULTIRANGE -> "multirange_send(" + v + ")";
      case INTERVAL ->
          "CASE WHEN isfinite("
              + v
              + ") THEN concat_ws(' ', extract(year from "
              + v
              + ")*12+extract(month from "
              + v
              + "), extract(day from "
              + v
              + "), extract(hour from "
              + v
              + ")*3600+extract(minute from "
              + v
              + ")*60+extract(second from "
              + v
              + ")) ELSE "
              + v
              + "::text END";
      case WITH_FLOATS ->
          "CASE WHEN current_setting('extra_float_digits')::int > 0 THEN "
              + v
              + "::text ELSE '"
              + INEXACT
              + "' || "
              + v
              + "::text END";
      default -> v + "::text";
    };
  }

  @Override
  public ColumnValue read(ResultSet row, int index, UndoColumn column) throws SQLException {
    Kind kind = kinds.of(column.typeName());
    return switch (kind) {
      case INTEGER -> {
        long value = row.getLong(index);
        yield row.wasNull() ? ColumnValue.NULL : new ColumnValue.Text(Long.toString(value));
      }
      case BYTEA, FLOAT4, FLOAT8 -> {
        byte[] value = row.getBytes(index);
        yield value == null ? ColumnValue.NULL : new ColumnValue.Bytes(value);
      }
      case TIMESTAMPTZ_ARRAY, INTERVAL_ARRAY, BYTEA_ARRAY, TSTZRANGE, TSTZMULTIRANGE -> {
        byte[] value = row.getBytes(index);
        yield value == null ? ColumnValue.NULL : new ColumnValue.Text(sent(value, kind));
      }
      default -> {
        String value = row.getString(index);
        yield value == null ? ColumnValue.NULL : new ColumnValue.Text(text(value, kind, column));
      }
    };
  }

  private static String sent(byte[] value, Kind kind) throws SQLException {
    return switch (kind) {
      case TIMESTAMPTZ_ARRAY -> SentValues.array(value, SentValues.Leaf.TIMESTAMPTZ);
      case INTERVAL_ARRAY -> SentValues.array(value, SentValues.Leaf.INTERVAL);
      case BYTEA_ARRAY -> SentValues.array(value, SentValues.Leaf.BYTEA);
      case TSTZRANGE -> SentValues.range(value);
      default -> SentValues.multirange(value);
    };
  }

  private static String text(String value, Kind kind, UndoColumn column) throws SQLException {
    if (kind == Kind.INTERVAL) {
      return interval(value);
    }
    if (kind == Kind.WITH_FLOATS && value.charAt(0) == INEXACT) {
      throw new SQLException(
          "column "
              + column.name()
              + " cannot be imaged exactly: extra_float_digits is not positive in this session."
              + " What to do: leave the setting at its default of 1.",
          "55000");
    }
    return value;
  }

  /** Months, days and seconds with signs, so that no IntervalStyle reads them differently. */
  private static String interval(String parts) {
    String[] fields = parts.split(" ");
    if (fields.length != 3) {
      return parts;
    }
    BigDecimal seconds = new BigDecimal(fields[2]).multiply(MICROS);
    return signed(new BigDecimal(fields[0]))
        + " mons "
        + signed(new BigDecimal(fields[1]))
        + " days "
        + signed(seconds)
        + " microseconds";
  }

  private static String signed(BigDecimal value) {
    String text = value.toBigInteger().toString();
    return text.startsWith("-") ? text : "+" + text;
  }

  @Override
  public String bindExpression(UndoColumn column) {
    return switch (kinds.of(column.typeName())) {
      case INTEGER, TEXT, BYTEA -> "?";
      case TIMESTAMPTZ -> "CAST(? AS " + withoutZone(column.typeName()) + ") AT TIME ZONE 'UTC'";
      case MONEY -> "CAST(CAST(? AS numeric) AS money)";
      case MONEY_ARRAY -> "CAST(CAST(? AS numeric[]) AS money[])";
      default -> "CAST(? AS " + column.typeName() + ")";
    };
  }

  private static String withoutZone(String type) {
    return type.substring(0, type.length() - "with time zone".length()) + "without time zone";
  }

  @Override
  public void bind(PreparedStatement statement, int index, ColumnValue value, UndoColumn column)
      throws SQLException {
    Kind kind = kinds.of(column.typeName());
    if (value instanceof ColumnValue.Null) {
      statement.setNull(index, nullType(kind));
    } else if (value instanceof ColumnValue.Text text) {
      if (kind == Kind.INTEGER) {
        statement.setLong(index, Long.parseLong(text.value()));
      } else {
        statement.setString(index, text.value());
      }
    } else {
      byte[] bytes = ((ColumnValue.Bytes) value).value();
      switch (kind) {
        case FLOAT4 ->
            statement.setString(index, Float.toString(ByteBuffer.wrap(bytes).getFloat()));
        case FLOAT8 ->
            statement.setString(index, Double.toString(ByteBuffer.wrap(bytes).getDouble()));
        default -> statement.setBytes(index, bytes);
      }
    }
  }

  private static int nullType(Kind kind) {
    return switch (kind) {
      case INTEGER -> Types.BIGINT;
      case BYTEA -> Types.BINARY;
      default -> Types.VARCHAR;
    };
  }

  private static final Set<String> EQUAL_AS_TEXT =
      Set.of(
          "boolean",
          "uuid",
          "date",
          "inet",
          "cidr",
          "macaddr",
          "macaddr8",
          "oid",
          "character",
          "bit",
          "bit varying",
          "\"char\"",
          "name",
          "pg_lsn");

  /** A numeric keeps the scale, and a json the white space, in which it was written. */
  @Override
  public boolean isSame(ColumnValue one, ColumnValue other, UndoColumn column) {
    if (one.equals(other)) {
      return true;
    }
    if (!(one instanceof ColumnValue.Text first) || !(other instanceof ColumnValue.Text second)) {
      return false;
    }
    String type = column.typeName();
    if (type.startsWith("numeric") && !type.endsWith("[]")) {
      return isNumber(first.value())
          && isNumber(second.value())
          && new BigDecimal(first.value()).compareTo(new BigDecimal(second.value())) == 0;
    }
    return type.equals("json") && JsonSpelling.isSame(first.value(), second.value());
  }

  /** "NaN" and "Infinity" are none. */
  private static boolean isNumber(String text) {
    return text.chars().allMatch(c -> (c >= '0' && c <= '9') || c == '.' || c == '-');
  }

  @Override
  public String shown(ColumnValue value, UndoColumn column) {
    if (value instanceof ColumnValue.Bytes bytes) {
      return switch (kinds.of(column.typeName())) {
        case FLOAT4 -> Float.toString(ByteBuffer.wrap(bytes.value()).getFloat());
        case FLOAT8 -> Double.toString(ByteBuffer.wrap(bytes.value()).getDouble());
        default -> ShownText.of(value);
      };
    }
    return ShownText.of(value);
  }

  @Override
  public ColumnValue written(String text, ColumnMetadata column) {
    return switch (kinds.of(column.typeName())) {
      case FLOAT4 ->
          new ColumnValue.Bytes(ByteBuffer.allocate(4).putFloat(Float.parseFloat(text)).array());
      case FLOAT8 ->
          new ColumnValue.Bytes(ByteBuffer.allocate(8).putDouble(Double.parseDouble(text)).array());
      case BYTEA -> ShownText.bytes(text);
      case INTEGER -> new ColumnValue.Text(new BigDecimal(text).toPlainString());
      default -> new ColumnValue.Text(text);
    };
  }

  @Override
  public @Nullable String equalityExpression(String quotedColumn, ColumnMetadata column) {
    UndoColumn read = new UndoColumn(column.name(), column.typeName(), UndoColumn.Role.VALUE);
    String v = quotedColumn;
    return switch (kinds.of(column.typeName())) {
      case INTEGER, BYTEA, TIMESTAMPTZ, MONEY -> readExpression(v, read);
      case TEXT -> deterministic(column) ? v : null;
      case BPCHAR -> deterministic(column) ? v + "::text" : null;
      case FLOAT4 -> "encode(float4send(" + v + "+0::real), 'hex')";
      case FLOAT8 -> "encode(float8send(" + v + "+0::double precision), 'hex')";
      case INTERVAL ->
          "(CASE WHEN isfinite("
              + v
              + ") THEN trim_scale((extract(year from "
              + v
              + ")*360+extract(month from "
              + v
              + ")*30+extract(day from "
              + v
              + "))*86400+extract(hour from "
              + v
              + ")*3600+extract(minute from "
              + v
              + ")*60+extract(second from "
              + v
              + "))::text ELSE "
              + v
              + "::text END)";
      case PLAIN -> plainEquality(v, column, read);
      default -> null;
    };
  }

  private @Nullable String plainEquality(String v, ColumnMetadata column, UndoColumn read) {
    String type = column.typeName();
    int open = type.indexOf('(');
    String word = open < 0 ? type : type.substring(0, open);
    if (type.endsWith("[]")) {
      return null;
    }
    if (word.equals("numeric")) {
      return "trim_scale(" + v + ")::text";
    }
    boolean temporal = word.startsWith("timestamp") || word.startsWith("time");
    boolean asText = temporal || EQUAL_AS_TEXT.contains(word) || column.jdbcType() == Types.VARCHAR;
    return asText && deterministic(column) ? readExpression(v, read) : null;
  }

  /** A collation that holds different texts to be equal is marked by the metadata. */
  private static boolean deterministic(ColumnMetadata column) {
    return !column.collation().startsWith(PostgreSqlMetadata.NONDETERMINISTIC);
  }

  @Override
  public String asParent(String quotedColumn, ColumnMetadata child, ColumnMetadata parent) {
    boolean integers =
        kinds.of(child.typeName()) == Kind.INTEGER && kinds.of(parent.typeName()) == Kind.INTEGER;
    return integers ? quotedColumn : ImageDialect.super.asParent(quotedColumn, child, parent);
  }

  /**
   * Who last wrote the rows of the columns tells of each ALTER TABLE; that is asked once per
   * statement, and each row says only what table it is of.
   */
  @Override
  public String identityExpression(String qualifier, boolean partitioned, String identity) {
    String own = qualifier + "tableoid";
    String oid = partitioned ? "pg_catalog.pg_partition_root(" + own + ")::oid" : own;
    return identity.isEmpty()
        ? oid
        : oid
            + " || ':' || (SELECT "
            + PostgreSqlMetadata.COLUMNS_VERSION
            + " FROM pg_catalog.pg_attribute attx_c WHERE attx_c.attrelid = "
            + identity.substring(0, identity.indexOf(':'))
            + " AND attx_c.attnum > 0)";
  }

  @Override
  public boolean readsPlainColumn(ColumnMetadata column) {
    return switch (kinds.of(column.typeName())) {
      case INTEGER, TEXT, BYTEA, BPCHAR, PLAIN -> true;
      default -> false;
    };
  }

  @Override
  public ImageSupport support() {
    return SUPPORT;
  }

  @Override
  public String lockClause() {
    return "FOR UPDATE";
  }
}
