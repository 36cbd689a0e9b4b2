package io.attx.datasource.restored;

import io.attx.databases.DatabaseKind;
import io.attx.datasource.restored.Column.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/** Shapes beyond one row of one table: upserts, changes of keys, queries inside, joins. */
final class NewerShapes {
  private final DatabaseKind kind;
  private final Shapes basic;

  NewerShapes(DatabaseKind kind, Shapes basic) {
    this.kind = kind;
    this.basic = basic;
  }

  List<Shape> all() {
    List<Shape> shapes = new ArrayList<>();
    shapes.add(new Shape("update key", true, true, this::updateKey));
    shapes.add(new Shape("shift keys", false, false, this::shiftKeys));
    shapes.add(new Shape("update where in query", true, false, this::updateIn));
    shapes.add(new Shape("update set query", true, false, this::updateSetQuery));
    shapes.add(new Shape("delete where exists", true, false, this::deleteExists));
    shapes.add(new Shape("insert select", true, false, this::insertSelect));
    switch (kind) {
      case MYSQL, MARIADB -> {
        shapes.add(new Shape("insert ignore", true, true, upsert("INSERT IGNORE INTO ", "")));
        shapes.add(new Shape("on duplicate key", true, true, this::onDuplicateKey));
        shapes.add(new Shape("replace", false, true, upsert("REPLACE INTO ", "")));
        shapes.add(new Shape("update join", true, false, this::updateJoin));
        shapes.add(new Shape("delete join", true, false, this::deleteJoin));
      }
      case POSTGRESQL -> {
        String nothing = " ON CONFLICT DO NOTHING";
        shapes.add(new Shape("conflict nothing", true, true, upsert("INSERT INTO ", nothing)));
        shapes.add(new Shape("conflict update", true, true, this::conflictUpdate));
        shapes.add(new Shape("update from", true, false, this::updateFrom));
        shapes.add(new Shape("delete using", true, false, this::deleteUsing));
        shapes.add(new Shape("update returning", true, false, this::updateReturning));
        shapes.add(new Shape("writable cte", false, false, this::writableCte));
        shapes.add(new Shape("merge", false, false, this::merge));
      }
      case H2 -> {
        shapes.add(new Shape("merge key", false, true, this::mergeKey));
        shapes.add(new Shape("merge", false, false, this::merge));
      }
    }
    if (kind == DatabaseKind.POSTGRESQL || kind == DatabaseKind.MARIADB) {
      shapes.add(new Shape("delete returning", true, false, this::deleteReturning));
    }
    return shapes;
  }

  private static boolean hasNumericKey(RandomTable table) {
    return table.key().size() == 1
        && (table.key().get(0).kind() == Kind.NUMBER || table.key().get(0).kind() == Kind.IDENTITY);
  }

  private boolean updateKey(Sql sql, RandomTable table, Random structure, Random values) {
    Column key = RandomTable.pick(table.key(), structure);
    if (key.kind() == Kind.IDENTITY_ALWAYS) {
      return false;
    }
    sql.add("UPDATE " + table.name() + " SET " + key.name() + " = ").add(key.fresh(values));
    if (structure.nextBoolean()) {
      sql.add(", n = ").add(table.column("n").any(values));
    }
    sql.add(" WHERE ");
    Shapes.key(sql, table, values);
    return true;
  }

  private boolean shiftKeys(Sql sql, RandomTable table, Random structure, Random values) {
    if (!hasNumericKey(table)) {
      return false;
    }
    int by = RandomTable.pick(List.of(1, 1000, -1000), structure);
    sql.add("UPDATE " + table.name() + " SET id = id + " + by + " WHERE ");
    basic.condition(sql, table, structure, values, 1);
    return true;
  }

  private boolean updateIn(Sql sql, RandomTable table, Random structure, Random values) {
    if (table.sibling() == null) {
      return false;
    }
    basic.updateHead(sql, table, structure, values);
    sql.add(" WHERE n IN (SELECT n FROM " + table.sibling() + " WHERE n < ");
    sql.add(table.column("n").present(values)).add(")");
    return true;
  }

  private boolean updateSetQuery(Sql sql, RandomTable table, Random structure, Random values) {
    if (table.sibling() == null) {
      return false;
    }
    sql.add("UPDATE " + table.name() + " SET n = (SELECT MAX(x.n) FROM " + table.sibling());
    sql.add(" x WHERE x.n > ").add(table.column("n").present(values)).add(") WHERE ");
    basic.condition(sql, table, structure, values, 1);
    return true;
  }

  private boolean deleteExists(Sql sql, RandomTable table, Random structure, Random values) {
    if (table.sibling() == null) {
      return false;
    }
    sql.add("DELETE FROM " + table.name() + " WHERE EXISTS (SELECT 1 FROM " + table.sibling());
    sql.add(" x WHERE x.n = " + table.name() + ".n AND x.n <> ");
    sql.add(table.column("n").present(values)).add(")");
    return true;
  }

  private boolean insertSelect(Sql sql, RandomTable table, Random structure, Random values) {
    if (!hasNumericKey(table)) {
      return false;
    }
    String source =
        table.sibling() != null && structure.nextBoolean() ? table.sibling() : table.name();
    boolean generated = table.key().get(0).kind() == Kind.IDENTITY && structure.nextBoolean();
    if (generated) {
      sql.add("INSERT INTO " + table.name() + " (n, s) SELECT n, s FROM " + source);
    } else if (source.equals(table.name())) {
      int by = 300 + structure.nextInt(300);
      sql.add("INSERT INTO " + table.name() + " (id, n, s) SELECT id + " + by + ", n, s FROM ");
      sql.add(source);
    } else {
      sql.add("INSERT INTO " + table.name() + " (id, n) SELECT MAX(n) + ");
      sql.add(table.key().get(0).fresh(values)).add(", MIN(n) FROM " + source);
    }
    sql.add(" WHERE n > ").add(table.column("n").present(values));
    return true;
  }

  private Shape.Writer upsert(String head, String tail) {
    return (sql, table, structure, values) -> {
      List<Column> named = named(table);
      sql.add(head + table.name() + " (" + names(named) + ") VALUES ");
      rows(sql, named, 1 + structure.nextInt(3), values);
      sql.add(tail);
      return !table.key().get(0).kind().equals(Kind.IDENTITY_ALWAYS);
    };
  }

  /** Keys and unique values that rows often have already. */
  private static void rows(Sql sql, List<Column> named, int many, Random values) {
    for (int row = 0; row < many; row++) {
      sql.add(row == 0 ? "(" : ", (");
      for (int i = 0; i < named.size(); i++) {
        sql.add(i == 0 ? "" : ", ").add(named.get(i).any(values));
      }
      sql.add(")");
    }
  }

  private static List<Column> named(RandomTable table) {
    return table.columns().stream().filter(c -> c.kind() != Kind.GENERATED).toList();
  }

  private boolean onDuplicateKey(Sql sql, RandomTable table, Random structure, Random values) {
    List<Column> named = named(table);
    sql.add("INSERT INTO " + table.name() + " (" + names(named) + ") VALUES ");
    rows(sql, named, 1 + structure.nextInt(3), values);
    sql.add(" ON DUPLICATE KEY UPDATE ");
    switch (structure.nextInt(3)) {
      case 0 -> sql.add("n = n + 1");
      case 1 -> sql.add("n = VALUES(n), s = VALUES(s)");
      default -> sql.add("s = ").add(table.column("s").any(values));
    }
    return true;
  }

  private boolean conflictUpdate(Sql sql, RandomTable table, Random structure, Random values) {
    if (!upsert("INSERT INTO ", "").write(sql, table, structure, values)) {
      return false;
    }
    sql.add(" ON CONFLICT (" + table.keyNames() + ") DO UPDATE SET ");
    switch (structure.nextInt(3)) {
      case 0 -> sql.add("n = " + table.name() + ".n + 1");
      case 1 -> sql.add("n = EXCLUDED.n, s = EXCLUDED.s");
      default -> sql.add("s = ").add(table.column("s").any(values));
    }
    if (structure.nextInt(3) == 0) {
      sql.add(" WHERE " + table.name() + ".n > ").add(table.column("n").present(values));
    }
    return true;
  }

  private boolean mergeKey(Sql sql, RandomTable table, Random structure, Random values) {
    List<Column> named = named(table);
    sql.add("MERGE INTO " + table.name() + " (" + names(named) + ") KEY (");
    sql.add(table.keyNames() + ") VALUES ");
    rows(sql, named, 1, values);
    return table.key().get(0).kind() != Kind.IDENTITY_ALWAYS;
  }

  private boolean merge(Sql sql, RandomTable table, Random structure, Random values) {
    if (table.sibling() == null || !hasNumericKey(table)) {
      return false;
    }
    sql.add("MERGE INTO " + table.name() + " t USING (SELECT DISTINCT n FROM " + table.sibling());
    sql.add(" WHERE n > ").add(table.column("n").present(values));
    sql.add(") x ON t.id = x.n WHEN MATCHED THEN ");
    sql.add(structure.nextBoolean() ? "UPDATE SET s = 'merged'" : "DELETE");
    sql.add(" WHEN NOT MATCHED THEN INSERT (id, n, s) VALUES (x.n, x.n, 'new')");
    return true;
  }

  private boolean updateJoin(Sql sql, RandomTable table, Random structure, Random values) {
    if (table.sibling() == null) {
      return false;
    }
    sql.add("UPDATE " + table.name() + " t JOIN " + table.sibling() + " x ON t.n = x.n SET t.s = ");
    sql.add(table.column("s").any(values)).add(" WHERE x.n > ");
    sql.add(table.column("n").present(values));
    return true;
  }

  private boolean deleteJoin(Sql sql, RandomTable table, Random structure, Random values) {
    if (table.sibling() == null) {
      return false;
    }
    sql.add("DELETE t FROM " + table.name() + " t JOIN " + table.sibling() + " x ON t.n = x.n");
    sql.add(" WHERE x.n > ").add(table.column("n").present(values));
    return true;
  }

  private boolean updateFrom(Sql sql, RandomTable table, Random structure, Random values) {
    if (table.sibling() == null) {
      return false;
    }
    sql.add("UPDATE " + table.name() + " t SET s = ").add(table.column("s").any(values));
    sql.add(" FROM " + table.sibling() + " x WHERE t.n = x.n AND x.n > ");
    sql.add(table.column("n").present(values));
    return true;
  }

  private boolean deleteUsing(Sql sql, RandomTable table, Random structure, Random values) {
    if (table.sibling() == null) {
      return false;
    }
    sql.add("DELETE FROM " + table.name() + " t USING " + table.sibling() + " x WHERE t.n = x.n");
    sql.add(" AND x.n > ").add(table.column("n").present(values));
    return true;
  }

  private boolean updateReturning(Sql sql, RandomTable table, Random structure, Random values) {
    basic.updateHead(sql, table, structure, values);
    sql.add(" WHERE ");
    basic.condition(sql, table, structure, values, 1);
    sql.add(" RETURNING ").add(structure.nextBoolean() ? "*" : "n");
    return true;
  }

  private boolean deleteReturning(Sql sql, RandomTable table, Random structure, Random values) {
    sql.add("DELETE FROM " + table.name() + " WHERE ");
    basic.condition(sql, table, structure, values, 1);
    sql.add(" RETURNING ").add(structure.nextBoolean() ? "*" : "n");
    return true;
  }

  private boolean writableCte(Sql sql, RandomTable table, Random structure, Random values) {
    sql.add("WITH d AS (");
    deleteReturning(sql, table, structure, values);
    sql.add(") SELECT COUNT(*) FROM d");
    return true;
  }

  private static String names(List<Column> columns) {
    return columns.stream().map(Column::name).collect(Collectors.joining(", "));
  }
}
