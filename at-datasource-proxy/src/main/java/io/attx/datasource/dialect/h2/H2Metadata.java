package io.attx.datasource.dialect.h2;

import io.attx.datasource.dialect.TableAssembly;
import io.attx.datasource.dialect.TextRows;
import io.attx.datasource.dialect.TextRows.Row;
import io.attx.datasource.metadata.ColumnMetadata;
import io.attx.datasource.metadata.LiveColumns;
import io.attx.datasource.metadata.MetadataDialect;
import io.attx.datasource.metadata.TableMetadata;
import io.attx.datasource.metadata.TableNotSupportedException;
import io.attx.datasource.metadata.TriggerMetadata;
import io.attx.datasource.sql.Identifier;
import io.attx.datasource.sql.TableRef;
import io.attx.undolog.UndoTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Tables of H2, from INFORMATION_SCHEMA. */
final class H2Metadata implements MetadataDialect {
  private static final String ARRAY = "ARRAY";

  /** Whatever there is: H2 does not tell what they do. */
  private static final TriggerMetadata TRIGGERS =
      new TriggerMetadata(
          "(any)",
          EnumSet.allOf(TriggerMetadata.Event.class),
          true,
          true,
          "triggers of H2 are Java code that the catalogue does not show",
          Set.of());

  private static final String RESOLVE =
      "SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE, STORAGE_TYPE FROM INFORMATION_SCHEMA.TABLES"
          + " WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?";

  private static final String COLUMNS =
      "SELECT COLUMN_NAME, DATA_TYPE, CHARACTER_MAXIMUM_LENGTH, NUMERIC_PRECISION, NUMERIC_SCALE,"
          + " DATETIME_PRECISION, INTERVAL_TYPE, INTERVAL_PRECISION, COLLATION_NAME, IS_NULLABLE,"
          + " IS_IDENTITY, IDENTITY_GENERATION, IS_GENERATED, COLUMN_ON_UPDATE, COLUMN_DEFAULT,"
          + " (SELECT COUNT(*) FROM INFORMATION_SCHEMA.TRIGGERS WHERE EVENT_OBJECT_SCHEMA = ?"
          + " AND EVENT_OBJECT_TABLE = ?), DTD_IDENTIFIER"
          + " FROM INFORMATION_SCHEMA.COLUMNS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?"
          + " ORDER BY ORDINAL_POSITION";

  /** The types of the elements of arrays, the outer before the inner. */
  private static final String ELEMENTS =
      "SELECT COLLECTION_TYPE_IDENTIFIER, DATA_TYPE, CHARACTER_MAXIMUM_LENGTH, NUMERIC_PRECISION,"
          + " NUMERIC_SCALE, DATETIME_PRECISION, INTERVAL_TYPE, INTERVAL_PRECISION, DTD_IDENTIFIER"
          + " FROM INFORMATION_SCHEMA.ELEMENT_TYPES WHERE OBJECT_SCHEMA = ? AND OBJECT_NAME = ?"
          + " AND OBJECT_TYPE = 'TABLE'";

  private static final String INDEXES =
      "SELECT I.INDEX_NAME, I.INDEX_TYPE_NAME, C.COLUMN_NAME FROM INFORMATION_SCHEMA.INDEXES I"
          + " JOIN INFORMATION_SCHEMA.INDEX_COLUMNS C ON C.INDEX_SCHEMA = I.INDEX_SCHEMA"
          + " AND C.INDEX_NAME = I.INDEX_NAME AND C.TABLE_NAME = I.TABLE_NAME"
          + " WHERE I.TABLE_SCHEMA = ? AND I.TABLE_NAME = ? AND C.IS_UNIQUE"
          + " AND I.INDEX_TYPE_NAME IN ('PRIMARY KEY', 'UNIQUE INDEX',"
          + " 'UNIQUE NULLS DISTINCT INDEX', 'UNIQUE NULLS NOT DISTINCT INDEX',"
          + " 'UNIQUE NULLS ALL DISTINCT INDEX')"
          + " ORDER BY I.INDEX_NAME, C.ORDINAL_POSITION";

  private static final String REFERENCES =
      "SELECT R.CONSTRAINT_NAME, K.COLUMN_NAME, P.TABLE_SCHEMA, P.TABLE_NAME, P.COLUMN_NAME,"
          + " K.TABLE_SCHEMA, K.TABLE_NAME, R.UPDATE_RULE, R.DELETE_RULE"
          + " FROM INFORMATION_SCHEMA.REFERENTIAL_CONSTRAINTS R"
          + " JOIN INFORMATION_SCHEMA.KEY_COLUMN_USAGE K ON K.CONSTRAINT_SCHEMA ="
          + " R.CONSTRAINT_SCHEMA AND K.CONSTRAINT_NAME = R.CONSTRAINT_NAME"
          + " JOIN INFORMATION_SCHEMA.KEY_COLUMN_USAGE P ON P.CONSTRAINT_SCHEMA ="
          + " R.UNIQUE_CONSTRAINT_SCHEMA AND P.CONSTRAINT_NAME = R.UNIQUE_CONSTRAINT_NAME"
          + " AND P.ORDINAL_POSITION = K.POSITION_IN_UNIQUE_CONSTRAINT"
          + " WHERE (K.TABLE_SCHEMA = ? AND K.TABLE_NAME = ?)"
          + " OR (P.TABLE_SCHEMA = ? AND P.TABLE_NAME = ?)"
          + " ORDER BY R.CONSTRAINT_NAME, K.ORDINAL_POSITION";

  @Override
  public String namespace(Connection connection) throws SQLException {
    return connection.getSchema();
  }

  @Override
  public UndoTable resolve(Connection connection, TableRef table) throws SQLException {
    List<Identifier> parts = table.qualifiers();
    String schema = parts.isEmpty() ? namespace(connection) : fold(parts.get(parts.size() - 1));
    String name = fold(table.name());
    List<Row> found = TextRows.query(connection, RESOLVE, schema, name);
    if (found.isEmpty()) {
      throw new TableNotSupportedException(
          "table " + schema + "." + name + " does not exist. What to do: check the name.");
    }
    Row row = found.get(0);
    UndoTable resolved = new UndoTable("", row.get(0), row.get(1));
    boolean ordinary =
        row.get(2).equals("BASE TABLE")
            && (row.get(3).equals("MEMORY") || row.get(3).equals("CACHED"));
    if (!ordinary) {
      throw TableAssembly.unsupported(
          resolved,
          "it is no ordinary table (" + row.get(2) + ", " + row.get(3) + ")",
          "change an ordinary table, or do this outside the global transaction.");
    }
    return resolved;
  }

  private static String fold(Identifier name) {
    return name.quoted() ? name.text() : name.text().toUpperCase(Locale.ROOT);
  }

  @Override
  public TableMetadata describe(Connection connection, UndoTable table) throws SQLException {
    String schema = table.schema();
    String name = table.name();
    TableAssembly assembly = new TableAssembly(table, "");
    assembly.live(LiveColumns.of(connection, quote(table)));
    List<TriggerMetadata> triggers = new ArrayList<>();
    List<Row> columns = TextRows.query(connection, COLUMNS, schema, name, schema, name);
    Map<String, Row> elements = elements(connection, table, columns);
    for (Row row : columns) {
      assembly.column(column(row, elements));
      if (triggers.isEmpty() && !row.get(15).equals("0")) {
        triggers.add(TRIGGERS);
      }
    }
    for (Row row : TextRows.query(connection, INDEXES, schema, name)) {
      assembly.indexPart(row.get(0), row.get(1).equals("PRIMARY KEY"), row.get(2), true);
    }
    for (Row row : TextRows.query(connection, REFERENCES, schema, name, schema, name)) {
      UndoTable parent = new UndoTable("", row.get(2), row.get(3));
      if (row.get(5).equals(schema) && row.get(6).equals(name)) {
        assembly.reference(row.get(0), row.get(1), parent, row.get(4));
      }
      if (parent.equals(table)) {
        UndoTable child = new UndoTable("", row.get(5), row.get(6));
        assembly.child(row.get(0), child, row.get(8), row.get(7)).accept(row.get(1), row.get(4));
      }
    }
    return assembly.build(triggers);
  }

  private static Map<String, Row> elements(
      Connection connection, UndoTable table, List<Row> columns) throws SQLException {
    Map<String, Row> elements = new HashMap<>();
    if (columns.stream().anyMatch(row -> row.get(1).equals(ARRAY))) {
      for (Row row : TextRows.query(connection, ELEMENTS, table.schema(), table.name())) {
        elements.put(row.get(0), row);
      }
    }
    return elements;
  }

  private static ColumnMetadata column(Row row, Map<String, Row> elements) {
    String type = row.get(1).equals(ARRAY) ? arrayType(row.get(16), elements) : type(row);
    String collation = row.get(8).equals("OFF") ? "" : row.get(8);
    boolean identity = row.isTrue(10);
    return new ColumnMetadata(
        row.get(0),
        jdbcType(row.get(1)),
        type,
        row.isTrue(9),
        identity || row.get(14).toUpperCase(Locale.ROOT).startsWith("NEXT VALUE FOR"),
        row.get(11).equals("ALWAYS"),
        row.get(12).equals("ALWAYS") && !identity,
        !row.get(13).isEmpty(),
        collation);
  }

  private static String arrayType(String identifier, Map<String, Row> elements) {
    Row element = elements.get(identifier);
    if (element == null) {
      return ARRAY;
    }
    boolean nested = element.get(1).equals(ARRAY);
    return (nested ? arrayType(element.get(8), elements) : type(element)) + " " + ARRAY;
  }

  private static String type(Row row) {
    String type = row.get(1);
    return switch (type) {
      case "CHARACTER", "CHARACTER VARYING", "VARCHAR_IGNORECASE", "BINARY", "BINARY VARYING" ->
          type + "(" + row.get(2) + ")";
      case "NUMERIC" -> "NUMERIC(" + row.get(3) + ", " + row.get(4) + ")";
      case "DECFLOAT" -> "DECFLOAT(" + row.get(3) + ")";
      case "TIME", "TIMESTAMP" -> type + "(" + row.get(5) + ")";
      case "TIME WITH TIME ZONE" -> "TIME(" + row.get(5) + ") WITH TIME ZONE";
      case "TIMESTAMP WITH TIME ZONE" -> "TIMESTAMP(" + row.get(5) + ") WITH TIME ZONE";
      case "INTERVAL" -> interval(row.get(6), row.get(7), row.get(5));
      default -> type;
    };
  }

  private static String interval(String fields, String precision, String scale) {
    boolean seconds = fields.endsWith("SECOND");
    if (fields.equals("SECOND")) {
      return "INTERVAL SECOND(" + precision + ", " + scale + ")";
    }
    int to = fields.indexOf(" TO ");
    String leading = to < 0 ? fields : fields.substring(0, to);
    String rest = to < 0 ? "" : fields.substring(to);
    return "INTERVAL "
        + leading
        + "("
        + precision
        + ")"
        + rest
        + (seconds ? "(" + scale + ")" : "");
  }

  private static int jdbcType(String type) {
    return switch (type) {
      case "TINYINT" -> Types.TINYINT;
      case "SMALLINT" -> Types.SMALLINT;
      case "INTEGER" -> Types.INTEGER;
      case "BIGINT" -> Types.BIGINT;
      case "BOOLEAN" -> Types.BOOLEAN;
      case "NUMERIC" -> Types.NUMERIC;
      case "REAL" -> Types.REAL;
      case "DOUBLE PRECISION" -> Types.DOUBLE;
      case "CHARACTER" -> Types.CHAR;
      case "CHARACTER VARYING", "VARCHAR_IGNORECASE" -> Types.VARCHAR;
      case "CHARACTER LARGE OBJECT" -> Types.CLOB;
      case "BINARY" -> Types.BINARY;
      case "BINARY VARYING" -> Types.VARBINARY;
      case "BINARY LARGE OBJECT" -> Types.BLOB;
      case "DATE" -> Types.DATE;
      case "TIME" -> Types.TIME;
      case "TIMESTAMP" -> Types.TIMESTAMP;
      default -> Types.OTHER;
    };
  }

  @Override
  public boolean matches(Identifier written, String exactName) {
    return fold(written).equals(exactName);
  }

  @Override
  public String quote(String exactName) {
    return "\"" + exactName.replace("\"", "\"\"") + "\"";
  }

  @Override
  public String quote(UndoTable table) {
    return quote(table.schema()) + "." + quote(table.name());
  }
}
