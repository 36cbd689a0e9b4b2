package io.attx.datasource.image;

import io.attx.datasource.dialect.AtDialect;
import io.attx.datasource.metadata.ColumnMetadata;
import io.attx.datasource.metadata.TableMetadata;
import io.attx.datasource.sql.AnalyzedStatement.Conflict;
import io.attx.datasource.sql.AnalyzedStatement.Insert;
import io.attx.datasource.sql.Identifier;
import io.attx.datasource.sql.SqlSlice;
import io.attx.datasource.sql.TableRef;
import io.attx.datasource.sql.ValueExpr;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes single rows of an INSERT of values as statements of their own. Expressions whose values
 * must be known are computed by the database first and become placeholders. Immutable.
 */
final class InsertTexts {
  private final AtDialect dialect;
  private final TableMetadata table;
  private final Insert insert;
  private final List<@Nullable ColumnMetadata> targets;
  private final int[][] computed;
  private final int computedCount;

  /**
   * For one statement.
   *
   * @param known the columns whose values must be constants
   */
  InsertTexts(AtDialect dialect, TableMetadata table, Insert insert, Set<String> known) {
    this.dialect = dialect;
    this.table = table;
    this.insert = insert;
    this.targets = targets();
    this.computed = new int[insert.rows().size()][];
    int next = 0;
    for (int r = 0; r < computed.length; r++) {
      List<ValueExpr> row = insert.rows().get(r);
      computed[r] = new int[row.size()];
      for (int i = 0; i < row.size(); i++) {
        ColumnMetadata target = i < targets.size() ? targets.get(i) : null;
        boolean needed = target != null && known.contains(target.name());
        computed[r][i] = needed && row.get(i) instanceof ValueExpr.Expression ? next++ : -1;
      }
    }
    this.computedCount = next;
  }

  /** The columns of the table that a statement's constants must be known for: all unique ones. */
  static Set<String> uniqueColumns(TableMetadata table) {
    Set<String> names = new HashSet<>();
    table.key().forEach(column -> names.add(column.name()));
    table.uniqueIndexes().forEach(index -> names.addAll(index.columns()));
    return names;
  }

  private List<@Nullable ColumnMetadata> targets() {
    if (insert.columns().isEmpty()) {
      return new ArrayList<>(table.columns());
    }
    List<@Nullable ColumnMetadata> named = new ArrayList<>(insert.columns().size());
    for (Identifier column : insert.columns()) {
      named.add(Names.column(dialect, table, column));
    }
    return named;
  }

  /** Reads the values to be computed, in their order; null when there is none. */
  @Nullable SplicedText computation() {
    if (computedCount == 0) {
      return null;
    }
    SplicedText.Builder text = new SplicedText.Builder(insert.sql()).words("SELECT ");
    boolean first = true;
    for (int r = 0; r < computed.length; r++) {
      for (int i = 0; i < computed[r].length; i++) {
        if (computed[r][i] >= 0) {
          text.words(first ? "(" : ", (");
          text.slice(insert.rows().get(r).get(i).slice());
          text.words(")");
          first = false;
        }
      }
    }
    return text.build();
  }

  /**
   * A statement of its own.
   *
   * @param statement as if it had been analysed
   * @param text its text
   */
  record Single(Insert statement, SplicedText text) {}

  /** Some rows as an INSERT that fails where a row is there. */
  Single plain(int from, int to) {
    return written("INSERT INTO ", from, to, null);
  }

  /** Some rows by the verb and with the clause of the statement. */
  Single own(int from, int to) {
    Conflict conflict = insert.conflict();
    Conflict.Action action = conflict == null ? null : conflict.action();
    String verb =
        action == Conflict.Action.REPLACE
            ? "REPLACE INTO "
            : action == Conflict.Action.MERGE
                ? "MERGE INTO "
                : action == Conflict.Action.SKIP ? "INSERT IGNORE INTO " : "INSERT INTO ";
    return written(verb, from, to, conflict);
  }

  private Single written(String verb, int from, int to, @Nullable Conflict conflict) {
    SplicedText.Builder text = new SplicedText.Builder(insert.sql()).words(verb);
    SqlSlice name = text.slice(insert.table().slice());
    columns(text);
    if (conflict != null && !conflict.key().isEmpty()) {
      text.words(" KEY (" + list(conflict.key()) + ")");
    }
    text.words(" VALUES ");
    List<List<ValueExpr>> rows = new ArrayList<>();
    for (int r = from; r < to; r++) {
      text.words(r == from ? "(" : ", (");
      rows.add(values(text, r));
      text.words(")");
    }
    if (conflict != null && conflict.clause() != null) {
      text.words(" ");
      text.slice(conflict.clause());
    }
    SqlSlice returning = insert.returning();
    if (returning != null) {
      text.words(" ");
      returning = text.slice(returning);
    }
    SqlSlice body = new SqlSlice(0, text.length(), 0, text.parameterCount());
    TableRef target = new TableRef(insert.table().qualifiers(), insert.table().name(), null, name);
    SplicedText built = text.build();
    return new Single(
        new Insert(
            built.sql(),
            built.parameterCount(),
            target,
            insert.columns(),
            List.copyOf(rows),
            null,
            conflict,
            returning,
            body),
        built);
  }

  private void columns(SplicedText.Builder text) {
    if (!insert.columns().isEmpty() || insert.rows().get(0).isEmpty()) {
      text.words(" (" + list(insert.columns()) + ")");
    }
  }

  private String list(List<Identifier> columns) {
    return String.join(", ", columns.stream().map(c -> Names.written(dialect, c)).toList());
  }

  private List<ValueExpr> values(SplicedText.Builder text, int row) {
    List<ValueExpr> values = new ArrayList<>();
    for (int i = 0; i < insert.rows().get(row).size(); i++) {
      text.words(i == 0 ? "" : ", ");
      values.add(value(text, row, i));
    }
    return List.copyOf(values);
  }

  /** Adds a value to a text; what it is there. */
  private ValueExpr value(SplicedText.Builder text, int row, int place) {
    if (computed[row][place] >= 0) {
      return new ValueExpr.Parameter(text.computed(computed[row][place]));
    }
    ValueExpr value = insert.rows().get(row).get(place);
    SqlSlice slice = text.slice(value.slice());
    if (value instanceof ValueExpr.Parameter) {
      return new ValueExpr.Parameter(slice);
    }
    if (value instanceof ValueExpr.Literal) {
      return new ValueExpr.Literal(slice);
    }
    if (value instanceof ValueExpr.Null) {
      return new ValueExpr.Null(slice);
    }
    return value instanceof ValueExpr.Default
        ? new ValueExpr.Default(slice)
        : new ValueExpr.Expression(slice);
  }

  /**
   * Adds the condition that a row of the table has the values of a row of the statement in some
   * columns; whether there is one. There is none where a value is NULL or not yet known.
   */
  boolean condition(SplicedText.Builder text, int row, List<ColumnMetadata> columns) {
    List<Integer> places = new ArrayList<>();
    for (ColumnMetadata column : columns) {
      int place = targets.indexOf(column);
      int known = place >= 0 && place < insert.rows().get(row).size() ? place : -1;
      ValueExpr value = known < 0 ? null : insert.rows().get(row).get(known);
      boolean byDefault = value == null || value instanceof ValueExpr.Default;
      if (value instanceof ValueExpr.Null || (byDefault && !hasConstantDefault(column))) {
        return false;
      }
      places.add(byDefault ? -1 : known);
    }
    for (int i = 0; i < columns.size(); i++) {
      String name = dialect.metadata().quote(columns.get(i).name());
      text.words((i == 0 ? "" : " AND ") + name + " = ");
      if (places.get(i) < 0) {
        text.words("DEFAULT(" + name + ")");
      } else {
        value(text, row, places.get(i));
      }
    }
    return true;
  }

  /** Whether {@code DEFAULT(column)} gives what an INSERT without a value gives. */
  private boolean hasConstantDefault(ColumnMetadata column) {
    Conflict conflict = insert.conflict();
    boolean knowsDefaults = conflict != null && conflict.action() != Conflict.Action.MERGE;
    return knowsDefaults && !column.autoIncrement() && !column.generated();
  }
}
