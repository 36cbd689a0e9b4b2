package io.attx.datasource.restored;

import io.attx.databases.DatabaseKind;
import io.attx.datasource.restored.Column.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/** The statement shapes of one database; a new form of SQL gets its line in {@link #all}. */
final class Shapes {
  private final DatabaseKind kind;

  Shapes(DatabaseKind kind) {
    this.kind = kind;
  }

  private boolean mySqlFamily() {
    return kind == DatabaseKind.MYSQL || kind == DatabaseKind.MARIADB;
  }

  /** All shapes; those that come twice are tried twice as often. */
  List<Shape> all() {
    List<Shape> shapes = new ArrayList<>();
    shapes.add(new Shape("insert", true, true, this::insert));
    shapes.add(new Shape("insert", true, true, this::insert));
    shapes.add(new Shape("insert many", true, false, this::insertMany));
    shapes.add(new Shape("insert all columns", true, false, this::insertAllColumns));
    shapes.add(new Shape("update by key", true, true, this::updateByKey));
    shapes.add(new Shape("update by key", true, true, this::updateByKey));
    shapes.add(new Shape("update where", true, true, this::updateWhere));
    shapes.add(new Shape("update all", true, false, this::updateAll));
    shapes.add(new Shape("delete by key", true, true, this::deleteByKey));
    shapes.add(new Shape("delete where", true, true, this::deleteWhere));
    shapes.add(new Shape("select for update", true, false, this::selectForUpdate));
    if (mySqlFamily()) {
      shapes.add(new Shape("insert set", true, true, this::insertSet));
    }
    if (kind != DatabaseKind.POSTGRESQL) {
      shapes.add(new Shape("update limit", true, false, this::updateLimit));
      shapes.add(new Shape("delete limit", true, false, this::deleteLimit));
    }
    if (kind == DatabaseKind.POSTGRESQL || kind == DatabaseKind.MARIADB) {
      shapes.add(new Shape("insert returning", true, false, this::insertReturning));
    }
    shapes.addAll(new NewerShapes(kind, this).all());
    return shapes;
  }

  private boolean insert(Sql sql, RandomTable table, Random structure, Random values) {
    return insertInto(sql, table, structure, values, 1);
  }

  private boolean insertMany(Sql sql, RandomTable table, Random structure, Random values) {
    return insertInto(sql, table, structure, values, 2 + structure.nextInt(3));
  }

  private boolean insertReturning(Sql sql, RandomTable table, Random structure, Random values) {
    if (!insertInto(sql, table, structure, values, 1 + structure.nextInt(2))) {
      return false;
    }
    sql.add(" RETURNING ").add(structure.nextBoolean() ? "*" : table.columns().get(0).name());
    return true;
  }

  private boolean insertInto(
      Sql sql, RandomTable table, Random structure, Random values, int rows) {
    List<Column> named = named(table, structure);
    if (named.isEmpty()) {
      return false;
    }
    sql.add("INSERT INTO " + table.name() + " (" + names(named) + ") VALUES ");
    for (int row = 0; row < rows; row++) {
      sql.add(row == 0 ? "(" : ", (");
      writeRow(sql, table, named, structure, values);
      sql.add(")");
    }
    return true;
  }

  /** The key, and most of the others in any order. */
  private static List<Column> named(RandomTable table, Random structure) {
    List<Column> named = new ArrayList<>();
    for (Column column : table.columns()) {
      boolean identity = column.kind() == Kind.IDENTITY && structure.nextInt(3) == 0;
      boolean key = table.key().contains(column);
      if (identity || (column.assignable() && (key || structure.nextInt(5) > 0))) {
        named.add(column);
      }
    }
    if (structure.nextInt(3) == 0) {
      Collections.shuffle(named, structure);
    }
    return named;
  }

  private static void writeRow(
      Sql sql, RandomTable table, List<Column> named, Random structure, Random values) {
    String separator = "";
    for (Column column : named) {
      sql.add(separator);
      separator = ", ";
      if (!table.key().contains(column) && column.nullable() && structure.nextInt(12) == 0) {
        sql.add("DEFAULT");
      } else {
        sql.add(given(column, table, values));
      }
    }
  }

  /** New rows take new keys and unique values, and refer to rows that are there. */
  private static Value given(Column column, RandomTable table, Random values) {
    boolean unique = table.key().contains(column) || column.definition().endsWith("UNIQUE");
    return unique && values.nextInt(3) > 0 ? column.fresh(values) : column.any(values);
  }

  private boolean insertAllColumns(Sql sql, RandomTable table, Random structure, Random values) {
    if (table.columns().stream().anyMatch(c -> !c.assignable())) {
      return false;
    }
    sql.add("INSERT INTO " + table.name() + " VALUES (");
    writeRow(sql, table, table.columns(), structure, values);
    sql.add(")");
    return true;
  }

  private boolean insertSet(Sql sql, RandomTable table, Random structure, Random values) {
    List<Column> named = named(table, structure);
    if (named.isEmpty()) {
      return false;
    }
    sql.add("INSERT INTO " + table.name() + " SET ");
    String separator = "";
    for (Column column : named) {
      sql.add(separator).add(column.name() + " = ").add(given(column, table, values));
      separator = ", ";
    }
    return true;
  }

  private boolean updateByKey(Sql sql, RandomTable table, Random structure, Random values) {
    updateHead(sql, table, structure, values);
    sql.add(" WHERE ");
    key(sql, table, values);
    return true;
  }

  private boolean updateWhere(Sql sql, RandomTable table, Random structure, Random values) {
    updateHead(sql, table, structure, values);
    sql.add(" WHERE ");
    condition(sql, table, structure, values, 2);
    return true;
  }

  private boolean updateAll(Sql sql, RandomTable table, Random structure, Random values) {
    updateHead(sql, table, structure, values);
    return true;
  }

  private boolean updateLimit(Sql sql, RandomTable table, Random structure, Random values) {
    updateWhere(sql, table, structure, values);
    limit(sql, table, structure);
    return true;
  }

  private void limit(Sql sql, RandomTable table, Random structure) {
    int most = 1 + structure.nextInt(4);
    if (mySqlFamily()) {
      sql.add(" ORDER BY " + table.keyNames() + (structure.nextBoolean() ? " DESC" : ""));
      sql.add(" LIMIT " + most);
    } else {
      sql.add(" FETCH FIRST " + most + " ROWS ONLY");
    }
  }

  void updateHead(Sql sql, RandomTable table, Random structure, Random values) {
    sql.add("UPDATE " + table.name() + " SET ");
    List<Column> columns = new ArrayList<>(table.assignable());
    Collections.shuffle(columns, structure);
    int many = 1 + structure.nextInt(Math.min(3, columns.size()));
    for (int i = 0; i < many; i++) {
      sql.add(i == 0 ? "" : ", ").add(columns.get(i).name() + " = ");
      newValue(sql, columns.get(i), structure, values);
    }
  }

  private void newValue(Sql sql, Column column, Random structure, Random values) {
    String name = column.name();
    int form = structure.nextInt(10);
    if (form == 0) {
      sql.add("DEFAULT");
    } else if (column.kind() == Kind.NUMBER && form < 4) {
      sql.add(RandomTable.pick(List.of(name + " + 1", "-" + name, name + " * 2 - 1"), structure));
    } else if (column.kind() == Kind.NUMBER && form == 4) {
      sql.add("CASE WHEN " + name + " > ").add(column.present(values)).add(" THEN 1 ELSE 2 END");
    } else if (column.kind() == Kind.TEXT && form < 4) {
      sql.add(
          RandomTable.pick(
              List.of("UPPER(" + name + ")", "CONCAT(" + name + ", 'z')", "REPLACE(s, 'a', 'b')"),
              structure));
    } else {
      sql.add(column.definition().endsWith("UNIQUE") ? column.fresh(values) : column.any(values));
    }
  }

  private boolean deleteByKey(Sql sql, RandomTable table, Random structure, Random values) {
    sql.add("DELETE FROM " + table.name() + " WHERE ");
    key(sql, table, values);
    return true;
  }

  private boolean deleteWhere(Sql sql, RandomTable table, Random structure, Random values) {
    sql.add("DELETE FROM " + table.name() + " WHERE ");
    condition(sql, table, structure, values, 2);
    return true;
  }

  private boolean deleteLimit(Sql sql, RandomTable table, Random structure, Random values) {
    deleteWhere(sql, table, structure, values);
    limit(sql, table, structure);
    return true;
  }

  private boolean selectForUpdate(Sql sql, RandomTable table, Random structure, Random values) {
    sql.add("SELECT * FROM " + table.name() + " WHERE ");
    condition(sql, table, structure, values, 1);
    sql.add(" FOR UPDATE");
    return true;
  }

  static void key(Sql sql, RandomTable table, Random values) {
    String separator = "";
    for (Column column : table.key()) {
      sql.add(separator).add(column.name() + " = ").add(column.present(values));
      separator = " AND ";
    }
  }

  void condition(Sql sql, RandomTable table, Random structure, Random values, int depth) {
    Column number = table.column("n");
    Column text = table.column("s");
    switch (structure.nextInt(depth > 0 ? 9 : 6)) {
      case 0 -> key(sql, table, values);
      case 1 -> sql.add("n > ").add(number.present(values));
      case 2 ->
          sql.add("n BETWEEN ")
              .add(number.present(values))
              .add(" AND ")
              .add(number.present(values));
      case 3 -> sql.add("s = ").add(text.present(values));
      case 4 -> sql.add(structure.nextBoolean() ? "s IS NULL" : "n IS NOT NULL");
      case 5 -> {
        Column first = table.key().get(0);
        sql.add(first.name() + " IN (").add(first.present(values)).add(", ");
        sql.add(first.present(values)).add(", ").add(first.present(values)).add(")");
      }
      case 6 -> both(sql, table, structure, values, depth, " AND ");
      case 7 -> both(sql, table, structure, values, depth, " OR ");
      default -> {
        sql.add("NOT (");
        condition(sql, table, structure, values, depth - 1);
        sql.add(")");
      }
    }
  }

  private void both(
      Sql sql, RandomTable table, Random structure, Random values, int depth, String operator) {
    sql.add("(");
    condition(sql, table, structure, values, depth - 1);
    sql.add(operator);
    condition(sql, table, structure, values, depth - 1);
    sql.add(")");
  }

  private static String names(List<Column> columns) {
    return columns.stream().map(Column::name).collect(Collectors.joining(", "));
  }
}
