package io.attx.datasource.image;

import io.attx.datasource.dialect.AtDialect;
import io.attx.datasource.metadata.ColumnMetadata;
import io.attx.datasource.sql.AnalyzedStatement.Equality;
import io.attx.datasource.sql.AnalyzedStatement.Lock;
import io.attx.datasource.sql.AnalyzedStatement.LockingSelect;
import io.attx.datasource.sql.References;
import io.attx.datasource.sql.SqlSlice;
import io.attx.datasource.sql.TableRef;
import java.util.ArrayList;
import java.util.List;

/** The generated texts for one locking SELECT on one version of its tables. Immutable. */
final class SelectPlan {
  private final AtDialect dialect;
  private final LockingSelect select;
  private final SqlSlice references;
  private final boolean oneTable;
  private final List<Locked> tables;

  /**
   * For one statement.
   *
   * @param tables those whose rows it locks
   */
  SelectPlan(AtDialect dialect, LockingSelect select, List<Locked> tables) {
    References from = select.sources().references();
    if (from == null) {
      throw new IllegalArgumentException("a locking SELECT without tables: " + select.sql());
    }
    this.dialect = dialect;
    this.select = select;
    this.references = from.slice();
    this.oneTable = from.isOneTable();
    this.tables = List.copyOf(tables);
  }

  /** One table whose rows are locked. */
  record Locked(TableRef reference, ImageLayout layout, KeyCondition condition) {}

  List<Locked> tables() {
    return tables;
  }

  Lock lock() {
    return select.lock();
  }

  LockingSelect select() {
    return select;
  }

  /** Whether the condition is exactly the key of the only table. */
  boolean isByKey() {
    List<ColumnMetadata> key = tables.get(0).layout().table().key();
    List<Equality> equalities = select.equalities();
    return oneTable
        && equalities.size() == key.size()
        && key.stream()
            .allMatch(
                column ->
                    equalities.stream()
                            .filter(e -> dialect.metadata().matches(e.column(), column.name()))
                            .count()
                        == 1);
  }

  /**
   * The query that locks the rows and reads their keys.
   *
   * @param excluded how many keys of the only table are left out, in slots
   */
  Split keys(int excluded) {
    List<String> lists = new ArrayList<>();
    for (Locked table : tables) {
      lists.add(table.layout().selectList(Names.qualifier(dialect, table.reference())));
    }
    ComposedSql.Builder head = new ComposedSql.Builder(select.sql());
    head.addIfAny("", select.sources().with());
    head.add(" SELECT " + String.join(", ", lists) + " FROM ").add(references);
    where(head);
    String condition = "";
    if (excluded > 0) {
      head.add(select.where() == null ? " WHERE " : " AND ");
      condition = "NOT (" + condition(0, excluded) + ")";
    }
    ComposedSql.Builder tail = new ComposedSql.Builder(select.sql());
    if (!select.grouped()) {
      tail.addIfAny(" ", select.orderBy()).addIfAny(" ", select.limit());
    }
    return new Split(head.build(), condition, tail.add(" ").add(select.lock().slice()).build());
  }

  private void where(ComposedSql.Builder text) {
    text.addIfAny(" WHERE (", select.where()).add(select.where() == null ? "" : ")");
  }

  private String condition(int table, int slots) {
    Locked locked = tables.get(table);
    return locked.condition().text(Names.qualifier(dialect, locked.reference()), slots);
  }

  /**
   * The application's statement, restricted to keys: in place of its condition where it reads one
   * table, else beside it.
   *
   * @param slots for each table, how many keys in slots
   */
  Split restricted(int[] slots) {
    SqlSlice where = select.where();
    SqlSlice upTo =
        new SqlSlice(
            select.body().start(),
            references.end(),
            0,
            references.firstParameter() + references.parameterCount());
    ComposedSql.Builder head = new ComposedSql.Builder(select.sql()).add(upTo);
    if (!oneTable) {
      where(head);
    }
    head.add(oneTable || where == null ? " WHERE " : " AND ");
    List<String> conditions = new ArrayList<>();
    for (int i = 0; i < slots.length; i++) {
      conditions.add(oneTable ? found(i, slots[i]) : "(" + found(i, slots[i]) + missing(i) + ")");
    }
    SqlSlice last = where == null ? references : where;
    int firstParameter = last.firstParameter() + last.parameterCount();
    ComposedSql.Builder tail = new ComposedSql.Builder(select.sql());
    tail.add(
        new SqlSlice(
            last.end(),
            select.body().end(),
            firstParameter,
            select.parameterCount() - firstParameter));
    return new Split(head.build(), String.join(" AND ", conditions), tail.build());
  }

  private String found(int table, int slots) {
    return slots == 0 ? "1 = 0" : condition(table, slots);
  }

  /** An outer join can find no row of a table. */
  private String missing(int table) {
    Locked locked = tables.get(table);
    String key = locked.layout().table().key().get(0).name();
    return " OR "
        + Names.qualifier(dialect, locked.reference())
        + dialect.metadata().quote(key)
        + " IS NULL";
  }

  /** A text with key conditions in its middle. */
  record Split(ComposedSql head, String condition, ComposedSql tail) {
    String text() {
      return head.text() + condition + tail.text();
    }
  }
}
