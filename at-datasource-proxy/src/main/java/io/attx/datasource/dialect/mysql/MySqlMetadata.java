package io.attx.datasource.dialect.mysql;

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
import io.attx.datasource.sql.SqlFlags;
import io.attx.datasource.sql.SqlFlags.Syntax;
import io.attx.datasource.sql.TableRef;
import io.attx.datasource.sql.TriggerBody;
import io.attx.undolog.UndoTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiConsumer;

/** Tables of MySQL and MariaDB, from information_schema. */
public class MySqlMetadata implements MetadataDialect {
  private static final String RESOLVE =
      "SELECT table_schema, table_name, table_type, engine FROM information_schema.tables"
          + " WHERE table_schema = ? AND table_name = ?";

  private static final String COLUMNS =
      "SELECT c.column_name, c.data_type, c.column_type, c.is_nullable, c.extra, c.collation_name,"
          + " (SELECT COUNT(*) FROM information_schema.triggers t"
          + " WHERE t.event_object_schema = ? AND t.event_object_table = ?)"
          + " FROM information_schema.columns c WHERE c.table_schema = ? AND c.table_name = ?"
          + " ORDER BY c.ordinal_position";

  private static final String INDEXES =
      "SELECT index_name, column_name, sub_part FROM information_schema.statistics"
          + " WHERE table_schema = ? AND table_name = ? AND non_unique = 0"
          + " ORDER BY index_name, seq_in_index";

  private static final String REFERENCES =
      "SELECT k.constraint_name, k.column_name, k.referenced_table_schema,"
          + " k.referenced_table_name, k.referenced_column_name"
          + " FROM information_schema.key_column_usage k"
          + " WHERE k.table_schema = ? AND k.table_name = ? AND k.referenced_table_name IS NOT NULL"
          + " ORDER BY k.constraint_name, k.ordinal_position";

  private static final String REFERENCED_BY =
      "SELECT r.constraint_schema, r.table_name, r.constraint_name, r.delete_rule, r.update_rule"
          + " FROM information_schema.referential_constraints r"
          + " WHERE r.unique_constraint_schema = ? AND r.referenced_table_name = ?"
          + " AND (r.delete_rule IN ('CASCADE', 'SET NULL', 'SET DEFAULT')"
          + " OR r.update_rule IN ('CASCADE', 'SET NULL', 'SET DEFAULT'))";

  private static final String TRIGGERS =
      "SELECT trigger_name, event_manipulation, action_timing, action_statement, sql_mode"
          + " FROM information_schema.triggers"
          + " WHERE event_object_schema = ? AND event_object_table = ?";

  private static final String CHILD_COLUMNS =
      "SELECT k.column_name, k.referenced_column_name FROM information_schema.key_column_usage k"
          + " WHERE k.table_schema = ? AND k.table_name = ? AND k.constraint_name = ?"
          + " AND k.referenced_table_name IS NOT NULL ORDER BY k.ordinal_position";

  @Override
  public String namespace(Connection connection) throws SQLException {
    String catalog = connection.getCatalog();
    return catalog == null ? "" : catalog;
  }

  @Override
  public UndoTable resolve(Connection connection, TableRef table) throws SQLException {
    String current = namespace(connection);
    if (table.qualifiers().size() > 1) {
      throw new TableNotSupportedException(
          "the name " + table + " has too many parts. What to do: write schema.table.");
    }
    String schema = table.qualifiers().isEmpty() ? current : table.qualifiers().get(0).text();
    if (schema.isEmpty()) {
      throw new TableNotSupportedException(
          "table "
              + table.name().text()
              + " has no schema: the connection has no current database. What to do: name the"
              + " database in the JDBC URL.");
    }
    List<Row> found = TextRows.query(connection, RESOLVE, schema, table.name().text());
    if (found.isEmpty()) {
      throw new TableNotSupportedException(
          "table "
              + schema
              + "."
              + table.name().text()
              + " does not exist, is temporary, or this user may not see it. What to do: check the"
              + " name and the grants; temporary tables cannot take part in a global transaction.");
    }
    Row row = found.get(0);
    UndoTable name = new UndoTable(row.get(0), "", row.get(1));
    check(name, row.get(2), row.get(3), current);
    return name;
  }

  private static void check(UndoTable name, String type, String engine, String current)
      throws TableNotSupportedException {
    if (!type.equals("BASE TABLE")) {
      throw TableAssembly.unsupported(
          name,
          "it is a " + type.toLowerCase(Locale.ROOT),
          "change the tables below it, or do this outside the global transaction.");
    }
    if (!engine.equalsIgnoreCase("InnoDB")) {
      throw TableAssembly.unsupported(
          name, "its engine " + engine + " cannot roll back", "convert it to InnoDB.");
    }
    if (!name.catalog().equalsIgnoreCase(current)) {
      throw TableAssembly.unsupported(
          name,
          "it is in another database than the connection ("
              + current
              + "), so its locks would not meet those of other services",
          "use a data source of database " + name.catalog() + ".");
    }
  }

  @Override
  public TableMetadata describe(Connection connection, UndoTable table) throws SQLException {
    String schema = table.catalog();
    String name = table.name();
    TableAssembly assembly = new TableAssembly(table, "");
    assembly.live(LiveColumns.of(connection, quote(table)));
    boolean hasTriggers = false;
    for (Row row : TextRows.query(connection, COLUMNS, schema, name, schema, name)) {
      assembly.column(column(row));
      hasTriggers |= !row.get(6).equals("0");
    }
    for (Row row : TextRows.query(connection, INDEXES, schema, name)) {
      String part = row.get(1).isEmpty() ? null : row.get(1);
      assembly.indexPart(row.get(0), row.get(0).equals("PRIMARY"), part, row.get(2).isEmpty());
    }
    for (Row row : TextRows.query(connection, REFERENCES, schema, name)) {
      UndoTable parent = new UndoTable(row.get(2), "", row.get(3));
      assembly.reference(row.get(0), row.get(1), parent, row.get(4));
    }
    for (Row row : TextRows.query(connection, REFERENCED_BY, schema, name)) {
      UndoTable child = new UndoTable(row.get(0), "", row.get(1));
      BiConsumer<String, String> columns =
          assembly.child(row.get(2), child, row.get(3), row.get(4));
      TextRows.query(connection, CHILD_COLUMNS, row.get(0), row.get(1), row.get(2))
          .forEach(pair -> columns.accept(pair.get(0), pair.get(1)));
    }
    return assembly.build(hasTriggers ? triggers(connection, schema, name) : List.of());
  }

  private static List<TriggerMetadata> triggers(Connection connection, String schema, String name)
      throws SQLException {
    List<TriggerMetadata> triggers = new ArrayList<>();
    for (Row row : TextRows.query(connection, TRIGGERS, schema, name)) {
      boolean ansiQuotes = ("," + row.get(4) + ",").contains(",ANSI_QUOTES,");
      boolean backslash = !("," + row.get(4) + ",").contains(",NO_BACKSLASH_ESCAPES,");
      TriggerBody body =
          TriggerBody.read(row.get(3), new SqlFlags(Syntax.MYSQL, backslash, ansiQuotes));
      triggers.add(
          new TriggerMetadata(
              row.get(0),
              Set.of(TriggerMetadata.Event.valueOf(row.get(1))),
              row.get(2).equals("BEFORE") && !row.get(1).equals("DELETE"),
              body.mayFail(),
              body.writes(),
              body.mentioned()));
    }
    return triggers;
  }

  private static ColumnMetadata column(Row row) {
    String extra = row.get(4).toUpperCase(Locale.ROOT);
    return new ColumnMetadata(
        row.get(0),
        jdbcType(row.get(1).toLowerCase(Locale.ROOT)),
        row.get(2),
        row.isTrue(3),
        extra.contains("AUTO_INCREMENT"),
        false,
        extra.contains("VIRTUAL GENERATED")
            || extra.contains("STORED GENERATED")
            || extra.contains("PERSISTENT GENERATED"),
        extra.contains("ON UPDATE"),
        row.get(5));
  }

  private static int jdbcType(String dataType) {
    return switch (dataType) {
      case "tinyint" -> Types.TINYINT;
      case "smallint", "year" -> Types.SMALLINT;
      case "mediumint", "int" -> Types.INTEGER;
      case "bigint" -> Types.BIGINT;
      case "decimal" -> Types.DECIMAL;
      case "float" -> Types.REAL;
      case "double" -> Types.DOUBLE;
      case "date" -> Types.DATE;
      case "datetime", "timestamp" -> Types.TIMESTAMP;
      case "time" -> Types.TIME;
      case "bit" -> Types.BIT;
      case "char", "enum", "set" -> Types.CHAR;
      case "varchar" -> Types.VARCHAR;
      case "tinytext", "text", "mediumtext", "longtext", "json" -> Types.LONGVARCHAR;
      case "binary" -> Types.BINARY;
      case "varbinary" -> Types.VARBINARY;
      case "tinyblob", "blob", "mediumblob", "longblob" -> Types.LONGVARBINARY;
      default -> Types.OTHER;
    };
  }

  /** Column names do not depend on case here, quoted or not. */
  @Override
  public boolean matches(Identifier written, String exactName) {
    return written.text().equalsIgnoreCase(exactName);
  }

  @Override
  public String quote(String exactName) {
    return "`" + exactName.replace("`", "``") + "`";
  }

  @Override
  public String quote(UndoTable table) {
    return quote(table.catalog()) + "." + quote(table.name());
  }
}
