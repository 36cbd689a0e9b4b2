package io.attx.datasource.dialect.postgresql;

import io.attx.datasource.dialect.TableAssembly;
import io.attx.datasource.dialect.TextRows;
import io.attx.datasource.dialect.TextRows.Row;
import io.attx.datasource.dialect.WeakConnectionCache;
import io.attx.datasource.metadata.ColumnMetadata;
import io.attx.datasource.metadata.MetadataDialect;
import io.attx.datasource.metadata.TableMetadata;
import io.attx.datasource.metadata.TableNotSupportedException;
import io.attx.datasource.sql.Identifier;
import io.attx.datasource.sql.TableRef;
import io.attx.undolog.UndoTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import java.util.Locale;

/** Tables of PostgreSQL, from pg_catalog. */
final class PostgreSqlMetadata implements MetadataDialect {
  /** Starts the collation of a column whose collation holds different texts to be equal. */
  static final String NONDETERMINISTIC = "nondeterministic:";

  /** Different after each change of a column of {@code attx_c}. */
  static final String COLUMNS_VERSION =
      "pg_catalog.count(*) || ':' || pg_catalog.sum(attx_c.xmin::text::bigint)";

  private static final String RESOLVE =
      "SELECT n.nspname, c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON"
          + " n.oid = c.relnamespace WHERE c.oid = pg_catalog.to_regclass(?)";

  /** Types outside pg_catalog are qualified: phase two has another search_path. */
  private static final String TYPE =
      "CASE WHEN tn.nspname = 'pg_catalog' THEN pg_catalog.format_type(t.oid, m.typmod)"
          + " ELSE pg_catalog.quote_ident(tn.nspname) || '.' ||"
          + " CASE WHEN t.typelem <> 0 AND t.typlen = -1 THEN pg_catalog.quote_ident(e.typname)"
          + " || coalesce(substring(pg_catalog.format_type(t.oid, m.typmod) from '\\(.*\\)'), '')"
          + " || '[]' ELSE pg_catalog.quote_ident(t.typname)"
          + " || coalesce(substring(pg_catalog.format_type(t.oid, m.typmod) from '\\(.*\\)'), '')"
          + " END END";

  /**
   * Whether a type of the user's own holds, at any depth, values whose text depends on settings of
   * the session.
   */
  private static final String DEPENDS_ON_SESSION =
      "CASE WHEN tn.nspname = 'pg_catalog' THEN false ELSE EXISTS (WITH RECURSIVE inside(oid) AS"
          + " (SELECT t.oid UNION SELECT p.part FROM inside JOIN pg_catalog.pg_type it ON it.oid ="
          + " inside.oid CROSS JOIN LATERAL (SELECT it.typelem AS part WHERE it.typelem <> 0"
          + " AND it.typlen = -1 UNION ALL SELECT it.typbasetype WHERE it.typtype = 'd'"
          + " UNION ALL SELECT g.rngsubtype FROM pg_catalog.pg_range g"
          + " WHERE it.oid IN (g.rngtypid, g.rngmultitypid)"
          + " UNION ALL SELECT ia.atttypid FROM pg_catalog.pg_attribute ia"
          + " WHERE ia.attrelid = it.typrelid AND it.typrelid <> 0 AND ia.attnum > 0"
          + " AND NOT ia.attisdropped) p) SELECT 1 FROM inside JOIN pg_catalog.pg_type lt"
          + " ON lt.oid = inside.oid WHERE lt.typname IN ('float4', 'float8', 'timestamptz',"
          + " 'interval', 'money', 'bytea', 'point', 'line', 'lseg', 'box', 'path', 'polygon',"
          + " 'circle', 'tstzrange', 'tstzmultirange')) END";

  private static final String COLUMNS =
      "SELECT c.oid || ':' || (SELECT "
          + COLUMNS_VERSION
          + " FROM pg_catalog.pg_attribute attx_c WHERE attx_c.attrelid = c.oid"
          + " AND attx_c.attnum > 0), c.relkind, c.relpersistence, c.relispartition,"
          + " EXISTS (SELECT 1 FROM pg_catalog.pg_inherits i WHERE c.oid IN (i.inhrelid,"
          + " i.inhparent)), EXISTS (SELECT 1 FROM pg_catalog.pg_rewrite r WHERE r.ev_class = c.oid"
          + " AND r.rulename <> '_RETURN'), pg_catalog.row_security_active(c.oid),"
          + " EXISTS (SELECT 1 FROM pg_catalog.pg_trigger g WHERE g.tgrelid = c.oid AND NOT"
          + " g.tgisinternal AND g.tgenabled <> 'D'),"
          + " a.attname, "
          + TYPE
          + ", CASE WHEN et.typtype IS NULL THEN t.typtype ELSE et.typtype END,"
          + " a.attnotnull, a.attidentity, a.attgenerated,"
          + " pg_catalog.pg_get_expr(d.adbin, d.adrelid), l.collname, l.collisdeterministic, "
          + DEPENDS_ON_SESSION
          + " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
          + " JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT"
          + " a.attisdropped"
          + " JOIN pg_catalog.pg_type o ON o.oid = a.atttypid"
          + " CROSS JOIN LATERAL (SELECT CASE WHEN o.typtype = 'd' THEN o.typbasetype ELSE o.oid"
          + " END AS oid, CASE WHEN o.typtype = 'd' THEN o.typtypmod ELSE a.atttypmod END AS typmod)"
          + " m JOIN pg_catalog.pg_type t ON t.oid = m.oid"
          + " JOIN pg_catalog.pg_namespace tn ON tn.oid = t.typnamespace"
          + " LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem"
          + " LEFT JOIN pg_catalog.pg_type et ON et.oid = t.typelem AND t.typlen = -1"
          + " LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum"
          + " LEFT JOIN pg_catalog.pg_collation l ON l.oid = a.attcollation"
          + " WHERE n.nspname = ? AND c.relname = ? ORDER BY a.attnum";

  /** Unique indexes, exclusion constraints, own foreign keys and cascading children. */
  private static final String CONSTRAINTS =
      "SELECT 'i', ic.relname, x.indisprimary AND NOT x.indisexclusion,"
          + " a.attname, CASE WHEN x.indpred IS NOT NULL OR x.indisexclusion"
          + " OR to_jsonb(x)->>'indnullsnotdistinct' = 'true' THEN 'f' ELSE 't' END, '', '', k.ord"
          + " FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class ic ON ic.oid = x.indexrelid"
          + " CROSS JOIN LATERAL unnest(x.indkey::int2[]) WITH ORDINALITY k(attnum, ord)"
          + " LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = k.attnum"
          + " WHERE x.indrelid = CAST(? AS oid) AND k.ord <= x.indnkeyatts"
          + " AND (x.indisunique OR x.indisexclusion)"
          + " UNION ALL SELECT 'f', f.conname, false, a.attname, pn.nspname, p.relname, pa.attname,"
          + " k.ord FROM pg_catalog.pg_constraint f"
          + " JOIN pg_catalog.pg_class p ON p.oid = f.confrelid"
          + " JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace"
          + " CROSS JOIN LATERAL unnest(f.conkey, f.confkey) WITH ORDINALITY k(child, parent, ord)"
          + " JOIN pg_catalog.pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = k.child"
          + " JOIN pg_catalog.pg_attribute pa ON pa.attrelid = f.confrelid AND pa.attnum = k.parent"
          + " WHERE f.conrelid = CAST(? AS oid) AND f.contype = 'f'"
          + " UNION ALL SELECT 'j', ic.relname, false, a.attname, '', '', '', 0"
          + " FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class ic ON ic.oid = x.indexrelid"
          + " JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_class'::regclass"
          + " AND d.objid = x.indexrelid AND d.refclassid = 'pg_catalog.pg_class'::regclass"
          + " AND d.refobjid = x.indrelid AND d.refobjsubid > 0"
          + " JOIN pg_catalog.pg_attribute a ON a.attrelid = x.indrelid AND a.attnum ="
          + " d.refobjsubid WHERE x.indrelid = CAST(? AS oid) AND (x.indpred IS NOT NULL"
          + " OR x.indexprs IS NOT NULL)"
          + " ORDER BY 1, 2, 8";

  private static final String CHILDREN =
      "SELECT f.conname, n.nspname, c.relname, a.attname, pa.attname, "
          + rule("f.confdeltype")
          + ", "
          + rule("f.confupdtype")
          + " FROM pg_catalog.pg_constraint f"
          + " JOIN pg_catalog.pg_class c ON c.oid = f.conrelid"
          + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
          + " CROSS JOIN LATERAL unnest(f.conkey, f.confkey) WITH ORDINALITY k(child, parent, ord)"
          + " JOIN pg_catalog.pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = k.child"
          + " JOIN pg_catalog.pg_attribute pa ON pa.attrelid = f.confrelid AND pa.attnum = k.parent"
          + " WHERE f.confrelid = CAST(? AS oid) AND f.contype = 'f'"
          + " ORDER BY n.nspname, c.relname, f.conname, k.ord";

  private static String rule(String column) {
    return "CASE "
        + column
        + " WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' WHEN 'd' THEN 'SET DEFAULT'"
        + " ELSE '' END";
  }

  /** What a partition has that its partitioned table does not have for all of them. */
  private static final String PARTITIONS =
      "SELECT c.relname, CASE WHEN c.relkind NOT IN ('r', 'p') THEN 'is no ordinary table'"
          + " WHEN EXISTS (SELECT 1 FROM pg_catalog.pg_trigger g WHERE g.tgrelid = c.oid AND NOT"
          + " g.tgisinternal AND g.tgenabled <> 'D' AND g.tgparentid = 0) THEN 'has a trigger'"
          + " WHEN EXISTS (SELECT 1 FROM pg_catalog.pg_index x WHERE x.indrelid = c.oid AND"
          + " (x.indisunique OR x.indisexclusion) AND NOT EXISTS (SELECT 1 FROM"
          + " pg_catalog.pg_inherits i WHERE i.inhrelid = x.indexrelid)) THEN 'has a unique index'"
          + " WHEN EXISTS (SELECT 1 FROM pg_catalog.pg_constraint f WHERE f.contype = 'f' AND"
          + " f.conparentid = 0 AND c.oid IN (f.conrelid, f.confrelid)) THEN 'has a foreign key'"
          + " END FROM pg_catalog.pg_partition_tree(CAST(? AS oid)::regclass) t"
          + " JOIN pg_catalog.pg_class c ON c.oid = t.relid WHERE t.level > 0";

  private final WeakConnectionCache<String> searchPaths =
      new WeakConnectionCache<>(
          connection ->
              TextRows.query(connection, "SELECT pg_catalog.current_schemas(true)::text")
                  .get(0)
                  .get(0));

  /**
   * Remembered per connection. A later {@code SET search_path} cannot do harm: image queries select
   * the table's own id.
   */
  @Override
  public String namespace(Connection connection) throws SQLException {
    return searchPaths.get(connection);
  }

  /** Reads the search path again at the next look-up. */
  void forget(Connection connection) throws SQLException {
    searchPaths.forget(connection);
  }

  @Override
  public UndoTable resolve(Connection connection, TableRef table) throws SQLException {
    List<Identifier> parts = table.qualifiers();
    StringBuilder written = new StringBuilder();
    for (Identifier part : parts.subList(Math.max(0, parts.size() - 1), parts.size())) {
      written.append(quote(fold(part))).append('.');
    }
    written.append(quote(fold(table.name())));
    List<Row> found = TextRows.query(connection, RESOLVE, written.toString());
    if (found.isEmpty()) {
      throw new TableNotSupportedException(
          "table "
              + written
              + " does not exist in the search path, or this user may not see it. What to do:"
              + " check the name, the search path and the grants.");
    }
    return new UndoTable("", found.get(0).get(0), found.get(0).get(1));
  }

  private static String fold(Identifier name) {
    return name.quoted() ? name.text() : name.text().toLowerCase(Locale.ROOT);
  }

  @Override
  public TableMetadata describe(Connection connection, UndoTable table) throws SQLException {
    List<Row> columns = TextRows.query(connection, COLUMNS, table.schema(), table.name());
    if (columns.isEmpty()) {
      throw TableAssembly.unsupported(table, "it does not exist", "check the name.");
    }
    Row first = columns.get(0);
    check(table, first);
    String identity = first.get(0);
    String oid = identity.substring(0, identity.indexOf(':'));
    TableAssembly assembly = new TableAssembly(table, identity);
    if (first.get(1).equals("p")) {
      checkPartitions(connection, table, oid);
      assembly.partitioned();
    }
    for (Row row : columns) {
      assembly.column(column(row));
    }
    for (Row row : TextRows.query(connection, CONSTRAINTS, oid, oid, oid)) {
      switch (row.get(0)) {
        case "i" ->
            assembly.indexPart(
                row.get(1), row.isTrue(2), row.get(3).isEmpty() ? null : row.get(3), row.isTrue(4));
        case "j" -> assembly.indexDependsOn(row.get(1), row.get(3));
        default -> {
          UndoTable parent = new UndoTable("", row.get(4), row.get(5));
          assembly.reference(row.get(1), row.get(3), parent, row.get(6));
        }
      }
    }
    for (Row row : TextRows.query(connection, CHILDREN, oid)) {
      UndoTable child = new UndoTable("", row.get(1), row.get(2));
      assembly.child(row.get(0), child, row.get(5), row.get(6)).accept(row.get(3), row.get(4));
    }
    return assembly.build(first.isTrue(7) ? PostgreSqlTriggers.of(connection, oid) : List.of());
  }

  private static void check(UndoTable table, Row row) throws TableNotSupportedException {
    String what =
        switch (row.get(1)) {
          case "r", "p" -> "";
          case "v", "m" -> "it is a view";
          case "f" -> "it is a foreign table";
          default -> "it is no ordinary table (relkind " + row.get(1) + ")";
        };
    if (row.isTrue(3)) {
      what = "it is a partition";
    } else if (row.get(1).equals("r") && row.isTrue(4)) {
      what = "it inherits or is inherited from, so that one key can stand for two rows";
    } else if (what.isEmpty() && row.get(2).equals("t")) {
      what = "it is temporary";
    } else if (what.isEmpty() && row.isTrue(5)) {
      what = "rules rewrite statements on it";
    } else if (what.isEmpty() && row.isTrue(6)) {
      what = "row-level security is active for this user, so undo might not see its rows";
    }
    if (!what.isEmpty()) {
      throw TableAssembly.unsupported(
          table,
          what,
          row.isTrue(6)
              ? "connect as a role with BYPASSRLS."
              : "change an ordinary table, or do this outside the global transaction.");
    }
  }

  private static void checkPartitions(Connection connection, UndoTable table, String oid)
      throws SQLException {
    for (Row row : TextRows.query(connection, PARTITIONS, oid)) {
      if (!row.get(1).isEmpty()) {
        throw TableAssembly.unsupported(
            table,
            "its partition " + row.get(0) + " " + row.get(1) + " of its own",
            "declare it on the partitioned table, or do this outside the global transaction.");
      }
    }
  }

  private static ColumnMetadata column(Row row) {
    String identity = row.get(12);
    String collation = row.get(15);
    boolean loose = !collation.isEmpty() && !row.isTrue(16);
    return new ColumnMetadata(
        row.get(8),
        row.isTrue(17) ? Types.STRUCT : jdbcType(row.get(9), row.get(10)),
        row.get(9),
        !row.isTrue(11),
        !identity.isEmpty() || row.get(14).startsWith("nextval("),
        identity.equals("a"),
        !row.get(13).isEmpty(),
        false,
        loose ? NONDETERMINISTIC + collation : collation);
  }

  private static int jdbcType(String type, String kind) {
    if (kind.equals("e")) {
      return type.endsWith("[]") ? Types.ARRAY : Types.VARCHAR;
    }
    return switch (type) {
      case "smallint" -> Types.SMALLINT;
      case "integer" -> Types.INTEGER;
      case "bigint" -> Types.BIGINT;
      case "boolean" -> Types.BOOLEAN;
      case "real" -> Types.REAL;
      case "double precision" -> Types.DOUBLE;
      case "bytea" -> Types.BINARY;
      case "text" -> Types.LONGVARCHAR;
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
