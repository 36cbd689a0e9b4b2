package io.attx.datasource.dialect.mysql;

import io.attx.datasource.dialect.ImageDialect;
import io.attx.datasource.dialect.ImageSupport;
import io.attx.datasource.dialect.ShownText;
import io.attx.datasource.dialect.TypeKinds;
import io.attx.datasource.metadata.ColumnMetadata;
import io.attx.undolog.ColumnValue;
import io.attx.undolog.UndoColumn;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Exact reading and binding on MySQL and MariaDB, with either driver.
 *
 * <p>Reads do not depend on session settings. Binding a TIMESTAMP needs a session in {@code
 * +00:00}, as phase two has it; a TIMESTAMP as key is refused for that reason.
 */
public class MySqlImages implements ImageDialect {
  private static final String COLLATE = " collate ";
  private static final char CHANGED = '!';
  private static final String ZERO_DATE = "0000-00-00";

  private static final Set<String> UTF_8 = Set.of("utf8mb4", "utf8mb3", "utf8", "ascii");

  /** The bytes of which the weights of a space consist in the collations of both databases. */
  private static final Set<String> PAD_WEIGHTS = Set.of("00", "20", "02", "09");

  private static final ImageSupport SUPPORT =
      new ImageSupport(false, false, false, false, true, false);

  private final TypeKinds<Kind> kinds = new TypeKinds<>(this::classify);

  /** How values of a type travel. */
  protected enum Kind {
    /** All but BIGINT UNSIGNED. */
    INTEGER,
    /** DECIMAL and BIGINT UNSIGNED. */
    DECIMAL,
    /** FLOAT: its plain text loses digits. */
    FLOAT,
    /** As CHAR, bound as text. */
    AS_CHAR,
    /** As seconds since 1970. */
    TIMESTAMP,
    /** The bytes in the column's character set. */
    CHARACTERS,
    /** Bytes. */
    BYTES,
    /** By index or bits. */
    ENUMERATED,
    /** Binary JSON. */
    JSON,
    /** Not known. */
    UNSUPPORTED
  }

  private Kind classify(String type) {
    int end = 0;
    while (end < type.length() && Character.isLetterOrDigit(type.charAt(end))) {
      end++;
    }
    return classify(type.substring(0, end), type);
  }

  /** Classifies by the first word and, where that is not enough, the whole type. */
  protected Kind classify(String word, String type) {
    return switch (word) {
      case "tinyint", "smallint", "mediumint", "int", "integer" -> Kind.INTEGER;
      case "bigint" -> type.contains("unsigned") ? Kind.DECIMAL : Kind.INTEGER;
      case "decimal", "numeric" -> Kind.DECIMAL;
      case "float" -> Kind.FLOAT;
      case "double", "date", "datetime", "time", "year" -> Kind.AS_CHAR;
      case "timestamp" -> Kind.TIMESTAMP;
      case "char", "varchar", "tinytext", "text", "mediumtext", "longtext" -> Kind.CHARACTERS;
      case "binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob" -> Kind.BYTES;
      case "geometry",
          "point",
          "linestring",
          "polygon",
          "multipoint",
          "multilinestring",
          "multipolygon",
          "geometrycollection",
          "geomcollection" ->
          Kind.BYTES;
      case "enum", "set", "bit" -> Kind.ENUMERATED;
      case "json" -> Kind.JSON;
      default -> Kind.UNSUPPORTED;
    };
  }

  @Override
  public String unsupportedReason(ColumnMetadata column) {
    return kinds.of(column.typeName()) == Kind.UNSUPPORTED
        ? "the type " + column.typeName() + " of column " + column.name() + " cannot be imaged"
        : "";
  }

  @Override
  public String unsupportedKeyReason(ColumnMetadata column) {
    boolean findable =
        switch (kinds.of(column.typeName())) {
          case FLOAT, TIMESTAMP, JSON, UNSUPPORTED -> false;
          case BYTES -> column.jdbcType() != Types.OTHER;
          default -> true;
        };
    return findable
        ? ""
        : "a row cannot be found exactly by column "
            + column.name()
            + " of type "
            + column.typeName();
  }

  /** Found by text, a key needs the collation of its column, or its index is not used. */
  @Override
  public UndoColumn undoColumn(ColumnMetadata column, UndoColumn.Role role) {
    boolean collated =
        role == UndoColumn.Role.KEY
            && kinds.of(column.typeName()) == Kind.CHARACTERS
            && !column.collation().isEmpty();
    return new UndoColumn(
        column.name(),
        collated ? column.typeName() + COLLATE + column.collation() : column.typeName(),
        role);
  }

  @Override
  public String readExpression(String quotedColumn, UndoColumn column) {
    String v = quotedColumn;
    return switch (kinds.of(column.typeName())) {
      case FLOAT -> "CAST(" + v + "*1e0 AS CHAR)";
      case AS_CHAR -> "CAST(" + v + " AS CHAR)";
      case TIMESTAMP -> "UNIX_TIMESTAMP(" + v + ")";
      case CHARACTERS -> "CAST(" + v + " AS BINARY)";
      case ENUMERATED -> "CAST(" + v + " AS UNSIGNED)";
      case JSON ->
          "CONCAT(IF(CAST(CAST(CAST("
              + v
              + " AS CHAR) AS JSON) AS CHAR)=BINARY CAST("
              + v
              + " AS CHAR),'','"
              + CHANGED
              + "'),CAST("
              + v
              + " AS CHAR))";
      default -> v;
    };
  }

  @Override
  public ColumnValue read(ResultSet row, int index, UndoColumn column) throws SQLException {
    return switch (kinds.of(column.typeName())) {
      case INTEGER -> {
        long value = row.getLong(index);
        yield row.wasNull() ? ColumnValue.NULL : new ColumnValue.Text(Long.toString(value));
      }
      case DECIMAL -> decimal(row.getBigDecimal(index));
      case TIMESTAMP -> timestamp(row.getBigDecimal(index), column);
      case CHARACTERS, BYTES -> bytes(row.getBytes(index));
      default -> text(row.getString(index));
    };
  }

  private static ColumnValue decimal(@Nullable BigDecimal value) {
    return value == null ? ColumnValue.NULL : new ColumnValue.Text(value.toPlainString());
  }

  private static ColumnValue timestamp(@Nullable BigDecimal seconds, UndoColumn column) {
    return seconds == null
        ? ColumnValue.NULL
        : new ColumnValue.Text(UtcTimestamp.format(seconds, column.typeName()));
  }

  private static ColumnValue bytes(byte @Nullable [] value) {
    return value == null ? ColumnValue.NULL : new ColumnValue.Bytes(value);
  }

  private static ColumnValue text(@Nullable String value) {
    return value == null ? ColumnValue.NULL : new ColumnValue.Text(value);
  }

  @Override
  public @Nullable String unrestorableReason(ColumnValue value, UndoColumn column) {
    return value instanceof ColumnValue.Text text
            && kinds.of(column.typeName()) == Kind.JSON
            && text.value().indexOf(CHANGED) == 0
        ? "the JSON value of column "
            + column.name()
            + " holds a number that MySQL cannot take back as text without changing it"
        : null;
  }

  @Override
  public String bindExpression(UndoColumn column) {
    return switch (kinds.of(column.typeName())) {
      case CHARACTERS -> characters(column.typeName());
      case ENUMERATED -> "CAST(? AS UNSIGNED)";
      case JSON -> "CAST(? AS JSON)";
      default -> "?";
    };
  }

  /**
   * A key is compared in its own collation, or its index would not be used. Keys in UTF-8 go as
   * text; keys in other character sets as their bytes, because text would lose some of them.
   */
  private static String characters(String typeName) {
    int at = typeName.indexOf(COLLATE);
    if (at < 0) {
      return "CAST(? AS BINARY)";
    }
    String charset = keyCharset(typeName);
    return UTF_8.contains(charset)
        ? "?"
        : "CONVERT(CAST(? AS BINARY) USING "
            + charset
            + ") COLLATE "
            + typeName.substring(at + COLLATE.length());
  }

  /** The character set of a key's collation; empty for a column that is no key. */
  private static String keyCharset(String typeName) {
    int at = typeName.indexOf(COLLATE);
    if (at < 0) {
      return "";
    }
    String collation = typeName.substring(at + COLLATE.length());
    int end = collation.indexOf('_');
    return end < 0 ? collation : collation.substring(0, end);
  }

  @Override
  public void bind(PreparedStatement statement, int index, ColumnValue value, UndoColumn column)
      throws SQLException {
    Kind kind = kinds.of(column.typeName());
    if (value instanceof ColumnValue.Bytes bytes) {
      if (kind == Kind.CHARACTERS && UTF_8.contains(keyCharset(column.typeName()))) {
        statement.setString(index, new String(bytes.value(), StandardCharsets.UTF_8));
      } else {
        statement.setBytes(index, bytes.value());
      }
    } else if (value instanceof ColumnValue.Text text) {
      bindText(statement, index, text.value(), kind, column);
    } else {
      statement.setNull(index, kind == Kind.BYTES ? Types.VARBINARY : Types.VARCHAR);
    }
  }

  private void bindText(
      PreparedStatement statement, int index, String text, Kind kind, UndoColumn column)
      throws SQLException {
    if (kind == Kind.INTEGER) {
      statement.setLong(index, Long.parseLong(text));
    } else if (kind == Kind.DECIMAL) {
      statement.setBigDecimal(index, new BigDecimal(text));
    } else if (kind == Kind.AS_CHAR && text.startsWith(ZERO_DATE)) {
      // A strict session takes the zero date as a number alone.
      statement.setLong(index, 0);
    } else {
      String unrestorable = unrestorableReason(new ColumnValue.Text(text), column);
      if (unrestorable != null) {
        throw new SQLException(unrestorable, "22000");
      }
      statement.setString(index, text);
    }
  }

  /** CHAR has no trailing blanks of its own; a session may read it padded. */
  @Override
  public boolean isSame(ColumnValue one, ColumnValue other, UndoColumn column) {
    if (one.equals(other)) {
      return true;
    }
    return column.typeName().startsWith("char")
        && one instanceof ColumnValue.Bytes first
        && other instanceof ColumnValue.Bytes second
        && Arrays.equals(withoutPadding(first.value()), withoutPadding(second.value()));
  }

  private static byte[] withoutPadding(byte[] value) {
    int end = value.length;
    while (end > 0 && value[end - 1] == ' ') {
      end--;
    }
    return Arrays.copyOf(value, end);
  }

  @Override
  public String shown(ColumnValue value, UndoColumn column) {
    return kinds.of(column.typeName()) == Kind.CHARACTERS
        ? ShownText.ofCharacters(value)
        : ShownText.of(value);
  }

  @Override
  public ColumnValue written(String text, ColumnMetadata column) {
    return switch (kinds.of(column.typeName())) {
      case CHARACTERS -> {
        String collation = column.collation();
        int end = collation.indexOf('_');
        String charset = end < 0 ? collation : collation.substring(0, end);
        yield ShownText.characters(text, UTF_8.contains(charset));
      }
      case BYTES -> ShownText.bytes(text);
      case INTEGER, DECIMAL -> new ColumnValue.Text(new BigDecimal(text).toPlainString());
      default -> new ColumnValue.Text(text);
    };
  }

  /** For strings the weights of the collation, without trailing spaces; coarser is safe. */
  @Override
  public @Nullable String equalityExpression(String quotedColumn, ColumnMetadata column) {
    return switch (kinds.of(column.typeName())) {
      case INTEGER, DECIMAL, TIMESTAMP, ENUMERATED, BYTES ->
          readExpression(quotedColumn, asRead(column));
      case AS_CHAR ->
          column.typeName().startsWith("double")
              ? "CAST(IF(" + quotedColumn + "=0,0," + quotedColumn + ") AS CHAR)"
              : readExpression(quotedColumn, asRead(column));
      case CHARACTERS -> "HEX(WEIGHT_STRING(RTRIM(" + quotedColumn + ")))";
      default -> null;
    };
  }

  private static UndoColumn asRead(ColumnMetadata column) {
    return new UndoColumn(column.name(), column.typeName(), UndoColumn.Role.VALUE);
  }

  /**
   * Drops what can be the weights of trailing characters that compare as spaces (a no-break space
   * in some collations), whatever the collation says of padding: equal stays equal.
   */
  @Override
  public String normalizeEquality(String text, ColumnMetadata column) {
    if (kinds.of(column.typeName()) != Kind.CHARACTERS) {
      return text;
    }
    int end = text.length();
    while (end >= 2 && PAD_WEIGHTS.contains(text.substring(end - 2, end))) {
      end -= 2;
    }
    return text.substring(0, end);
  }

  /** The two must have the same type and collation here; only their lengths may differ. */
  @Override
  public String asParent(String quotedColumn, ColumnMetadata child, ColumnMetadata parent) {
    return quotedColumn;
  }

  /** BINARY is padded with zero bytes, and a hexadecimal literal is a number of bits in BIT. */
  @Override
  public String asStored(String expression, ColumnMetadata column) {
    return switch (column.jdbcType()) {
      case Types.BINARY -> "CAST(" + expression + " AS " + column.typeName() + ")";
      case Types.BIT -> "(" + expression + ")+0";
      default -> expression;
    };
  }

  @Override
  public boolean isLarge(ColumnMetadata column) {
    return switch (column.jdbcType()) {
      case Types.LONGVARCHAR, Types.LONGVARBINARY, Types.OTHER -> true;
      default -> false;
    };
  }

  @Override
  public ImageSupport support() {
    return SUPPORT;
  }

  @Override
  public String currentRead() {
    return " LOCK IN SHARE MODE";
  }

  @Override
  public @Nullable KeyPrediction keyPrediction(ColumnMetadata column) {
    return switch (kinds.of(column.typeName())) {
      case INTEGER -> new KeyPrediction("CAST((", ") AS SIGNED)");
      case DECIMAL ->
          column.typeName().startsWith("bigint")
              ? new KeyPrediction("CAST((", ") AS UNSIGNED)")
              : new KeyPrediction("(", ")");
      case CHARACTERS -> {
        String collation = column.collation();
        int end = collation.indexOf('_');
        String charset = end < 0 ? collation : collation.substring(0, end);
        yield new KeyPrediction("CAST(CONVERT((", ") USING " + charset + ") AS BINARY)");
      }
      case AS_CHAR -> new KeyPrediction("CAST((", ") AS CHAR)");
      case BYTES -> new KeyPrediction("CAST((", ") AS BINARY)");
      default -> null;
    };
  }

  @Override
  public String lockClause() {
    return "FOR UPDATE";
  }
}
