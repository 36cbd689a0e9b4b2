package io.attx.datasource.dialect.h2;

import io.attx.datasource.dialect.ImageDialect;
import io.attx.datasource.dialect.ImageSupport;
import io.attx.datasource.dialect.JsonSpelling;
import io.attx.datasource.dialect.ShownText;
import io.attx.datasource.dialect.TypeKinds;
import io.attx.datasource.metadata.ColumnMetadata;
import io.attx.undolog.ColumnValue;
import io.attx.undolog.UndoColumn;
import java.math.BigDecimal;
import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import org.jspecify.annotations.Nullable;

/** Exact reading and binding on H2: as text with a cast, or as bytes. */
final class H2Images implements ImageDialect {
  private static final ImageSupport SUPPORT =
      new ImageSupport(false, false, false, true, false, false);

  private static final String ARRAY = " array";

  private final TypeKinds<Kind> kinds = new TypeKinds<>(H2Images::classify);

  private enum Kind {
    INTEGER,
    NUMERIC,
    TEXT,
    BYTES,
    JSON,
    /** Through CAST AS VARCHAR and back. */
    CAST,
    /** Of texts, whatever its elements are. */
    ARRAY,
    /** Of bytes. */
    BYTES_ARRAY,
    UNSUPPORTED
  }

  private static Kind classify(String type) {
    int open = type.indexOf('(');
    String word = (open < 0 ? type : type.substring(0, open)).trim();
    if (type.endsWith(ARRAY)) {
      if (type.startsWith("geometry") || type.contains("large object")) {
        return Kind.UNSUPPORTED;
      }
      return switch (classify(type.substring(0, type.length() - ARRAY.length()))) {
        case INTEGER, NUMERIC, TEXT, CAST, ARRAY -> Kind.ARRAY;
        case BYTES, BYTES_ARRAY -> Kind.BYTES_ARRAY;
        default -> Kind.UNSUPPORTED;
      };
    }
    if (type.startsWith("interval") || type.startsWith("time")) {
      return Kind.CAST;
    }
    return switch (word) {
      case "tinyint", "smallint", "integer", "bigint" -> Kind.INTEGER;
      case "numeric" -> Kind.NUMERIC;
      case "character",
          "character varying",
          "varchar_ignorecase",
          "character large object",
          "enum" ->
          Kind.TEXT;
      case "binary", "binary varying", "binary large object", "geometry" -> Kind.BYTES;
      case "json" -> Kind.JSON;
      case "boolean", "real", "double precision", "decfloat", "date", "uuid" -> Kind.CAST;
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
    Kind kind = kinds.of(column.typeName());
    return kind == Kind.UNSUPPORTED
            || kind == Kind.JSON
            || kind == Kind.ARRAY
            || kind == Kind.BYTES_ARRAY
            || isLargeOrGeometry(column)
        ? "a row cannot be found exactly by column "
            + column.name()
            + " of type "
            + column.typeName()
        : "";
  }

  private static boolean isLargeOrGeometry(ColumnMetadata column) {
    return column.typeName().contains("LARGE OBJECT") || column.typeName().startsWith("GEOMETRY");
  }

  @Override
  public String readExpression(String quotedColumn, UndoColumn column) {
    return switch (kinds.of(column.typeName())) {
      case CAST -> "CAST(" + quotedColumn + " AS VARCHAR)";
      case ARRAY -> "CAST(" + quotedColumn + " AS VARCHAR" + dimensions(column) + ")";
      default -> quotedColumn;
    };
  }

  /** As many times ARRAY as the type has. */
  private static String dimensions(UndoColumn column) {
    String type = column.typeName();
    int end = type.length();
    while (type.regionMatches(true, end - ARRAY.length(), ARRAY, 0, ARRAY.length())) {
      end -= ARRAY.length();
    }
    return type.substring(end);
  }

  @Override
  public ColumnValue read(ResultSet row, int index, UndoColumn column) throws SQLException {
    return switch (kinds.of(column.typeName())) {
      case INTEGER -> {
        long value = row.getLong(index);
        yield row.wasNull() ? ColumnValue.NULL : new ColumnValue.Text(Long.toString(value));
      }
      case NUMERIC -> {
        BigDecimal value = row.getBigDecimal(index);
        yield value == null ? ColumnValue.NULL : new ColumnValue.Text(value.toPlainString());
      }
      case BYTES, JSON -> {
        byte[] value = row.getBytes(index);
        yield value == null ? ColumnValue.NULL : new ColumnValue.Bytes(value);
      }
      case ARRAY, BYTES_ARRAY -> {
        Array value = row.getArray(index);
        yield value == null ? ColumnValue.NULL : new ColumnValue.Text(ArrayTexts.format(value));
      }
      default -> {
        String value = row.getString(index);
        yield value == null ? ColumnValue.NULL : new ColumnValue.Text(value);
      }
    };
  }

  @Override
  public String bindExpression(UndoColumn column) {
    return switch (kinds.of(column.typeName())) {
      case CAST -> "CAST(? AS " + column.typeName() + ")";
      case JSON -> "CAST(? AS JSON)";
      default -> "?";
    };
  }

  @Override
  public void bind(PreparedStatement statement, int index, ColumnValue value, UndoColumn column)
      throws SQLException {
    Kind kind = kinds.of(column.typeName());
    if (value instanceof ColumnValue.Null) {
      statement.setNull(index, Types.NULL);
    } else if (value instanceof ColumnValue.Bytes bytes) {
      statement.setBytes(index, bytes.value());
    } else {
      String text = ((ColumnValue.Text) value).value();
      switch (kind) {
        case INTEGER -> statement.setLong(index, Long.parseLong(text));
        case NUMERIC -> statement.setBigDecimal(index, new BigDecimal(text));
        case ARRAY, BYTES_ARRAY -> statement.setObject(index, ArrayTexts.parse(text));
        default -> statement.setString(index, text);
      }
    }
  }

  @Override
  public boolean isSame(ColumnValue one, ColumnValue other, UndoColumn column) {
    return one.equals(other)
        || (kinds.of(column.typeName()) == Kind.JSON
            && JsonSpelling.isSame(ShownText.ofCharacters(one), ShownText.ofCharacters(other)));
  }

  @Override
  public String shown(ColumnValue value, UndoColumn column) {
    return kinds.of(column.typeName()) == Kind.JSON
        ? ShownText.ofCharacters(value)
        : ShownText.of(value);
  }

  @Override
  public ColumnValue written(String text, ColumnMetadata column) {
    return switch (kinds.of(column.typeName())) {
      case JSON -> ShownText.characters(text, true);
      case BYTES -> ShownText.bytes(text);
      case INTEGER, NUMERIC -> new ColumnValue.Text(new BigDecimal(text).toPlainString());
      default -> new ColumnValue.Text(text);
    };
  }

  @Override
  public @Nullable String equalityExpression(String quotedColumn, ColumnMetadata column) {
    String type = column.typeName();
    if (type.startsWith("REAL") || type.startsWith("DOUBLE")) {
      return "CAST(CASE WHEN "
          + quotedColumn
          + "=0 THEN 0 ELSE "
          + quotedColumn
          + " END AS VARCHAR)";
    }
    if (type.startsWith("TIME") && type.endsWith("WITH TIME ZONE")) {
      return type.startsWith("TIMESTAMP")
          ? "CAST(" + quotedColumn + " AT TIME ZONE 'UTC' AS VARCHAR)"
          : null;
    }
    return switch (kinds.of(type)) {
      case INTEGER, NUMERIC -> quotedColumn;
      case BYTES -> "RAWTOHEX(" + quotedColumn + ")";
      case TEXT -> textEquality(quotedColumn, column);
      case CAST ->
          type.startsWith("DECFLOAT") || type.startsWith("INTERVAL")
              ? null
              : "CAST(" + quotedColumn + " AS VARCHAR)";
      default -> null;
    };
  }

  private static @Nullable String textEquality(String quotedColumn, ColumnMetadata column) {
    if (!column.collation().isEmpty() || column.typeName().startsWith("VARCHAR_IGNORECASE")) {
      return null;
    }
    boolean padded =
        column.typeName().startsWith("CHARACTER(") || column.typeName().equals("CHARACTER");
    return padded ? "RTRIM(" + quotedColumn + ")" : quotedColumn;
  }

  @Override
  public boolean findsRowValuesByIndex() {
    return true;
  }

  @Override
  public String asParent(String quotedColumn, ColumnMetadata child, ColumnMetadata parent) {
    boolean integers =
        kinds.of(child.typeName()) == Kind.INTEGER && kinds.of(parent.typeName()) == Kind.INTEGER;
    return integers ? quotedColumn : ImageDialect.super.asParent(quotedColumn, child, parent);
  }

  /** Beside a plain number, a DECFLOAT would be converted, which NaN cannot be. */
  @Override
  public String asStored(String expression, ColumnMetadata column) {
    return column.typeName().startsWith("DECFLOAT")
        ? "CAST(" + expression + " AS " + column.typeName() + ")"
        : expression;
  }

  @Override
  public boolean isLarge(ColumnMetadata column) {
    return isLargeOrGeometry(column) || column.typeName().equals("JSON");
  }

  @Override
  public ImageSupport support() {
    return SUPPORT;
  }

  /** A child may come while its parent is locked. */
  @Override
  public boolean lockKeepsChildrenOut() {
    return false;
  }

  @Override
  public @Nullable KeyPrediction keyPrediction(ColumnMetadata column) {
    String type = column.typeName();
    return kinds.of(type) == Kind.CAST
        ? new KeyPrediction("CAST(CAST((", ") AS " + type + ") AS VARCHAR)")
        : new KeyPrediction("CAST((", ") AS " + type + ")");
  }

  @Override
  public String lockClause() {
    return "FOR UPDATE";
  }
}
