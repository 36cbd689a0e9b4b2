package io.attx.datasource.image;

import io.attx.datasource.dialect.AtDialect;
import io.attx.datasource.metadata.ColumnMetadata;
import io.attx.datasource.metadata.TableMetadata;
import io.attx.datasource.sql.AnalyzedStatement;
import io.attx.datasource.sql.AnalyzedStatement.Equality;
import io.attx.datasource.sql.SqlSlice;
import io.attx.datasource.sql.ValueExpr;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The generated texts for one UPDATE, DELETE or locking SELECT on one version of its table.
 * Immutable but for texts made on demand.
 */
final class FilteredPlan {
  private final AtDialect dialect;
  private final AnalyzedStatement.Filtered statement;
  private final ImageLayout layout;
  private final KeyCondition condition;
  private final boolean verifiesColumns;
  private final @Nullable List<ValueExpr> keyValues;
  private final String before;
  private final List<SqlSlice> beforeSlices;
  private final TextsBySlots narrowed;
  private final TextsBySlots after;
  private final TextsBySlots beforeBatch;

  /**
   * For one statement.
   *
   * @param verifiesColumns whether the before query must prove that it reads every column
   * @param maxKeys the most keys in one text
   */
  FilteredPlan(
      AtDialect dialect,
      AnalyzedStatement.Filtered statement,
      ImageLayout layout,
      boolean verifiesColumns,
      int maxKeys) {
    this.dialect = dialect;
    this.statement = statement;
    this.layout = layout;
    this.verifiesColumns = verifiesColumns;
    this.condition = new KeyCondition(dialect, layout.keyColumns(), maxKeys);
    this.keyValues = keyValues(statement, layout.table());
    this.beforeSlices = new ArrayList<>();
    this.before = beforeText();
    this.narrowed = new TextsBySlots(this::narrowedText);
    this.after = new TextsBySlots(slots -> afterText(dialect, layout, condition, slots));
    this.beforeBatch = new TextsBySlots(this::beforeBatchText);
  }

  /** The values of a condition that is exactly the key, in key order; else null. */
  private @Nullable List<ValueExpr> keyValues(
      AnalyzedStatement.Filtered filtered, TableMetadata table) {
    List<Equality> equalities = filtered.equalities();
    if (equalities.size() != table.key().size()) {
      return null;
    }
    List<ValueExpr> values = new ArrayList<>(equalities.size());
    for (ColumnMetadata column : table.key()) {
      List<ValueExpr> own =
          equalities.stream()
              .filter(pair -> dialect.metadata().matches(pair.column(), column.name()))
              .map(Equality::value)
              .toList();
      if (own.size() != 1) {
        return null;
      }
      values.add(own.get(0));
    }
    return values;
  }

  private String beforeText() {
    String sql = statement.sql();
    StringBuilder text = new StringBuilder(selectHead());
    text.append(statement.table().slice().of(sql));
    append(text, " WHERE ", statement.where());
    append(text, " ", statement.orderBy());
    append(text, " ", statement.limit());
    return text.append(' ').append(dialect.images().lockClause()).toString();
  }

  private void append(StringBuilder text, String before, @Nullable SqlSlice slice) {
    if (slice != null) {
      text.append(before).append(slice.of(statement.sql()));
      beforeSlices.add(slice);
    }
  }

  private String selectHead() {
    return "SELECT "
        + layout.selectList(qualifier(Names.qualifier(dialect, statement.table())))
        + (verifiesColumns ? ", " + Names.qualifier(dialect, statement.table()) + "*" : "")
        + " FROM ";
  }

  /** The identity of a table has to be qualified; columns of one table alone have not. */
  private String qualifier(String qualified) {
    return layout.table().identity().isEmpty() ? "" : qualified;
  }

  /** The query that reads rows by their keys. */
  static String afterText(
      AtDialect dialect, ImageLayout layout, KeyCondition condition, int slots) {
    String name = dialect.metadata().quote(layout.table().name().name()) + ".";
    return "SELECT "
        + layout.selectList(layout.table().identity().isEmpty() ? "" : name)
        + " FROM "
        + dialect.metadata().quote(layout.table().name())
        + " WHERE "
        + condition.text("", slots)
        + ' '
        + dialect.images().lockClause();
  }

  /** The statement itself with the captured keys for its condition and without its limit. */
  private String narrowedText(int slots) {
    String sql = statement.sql();
    StringBuilder text = new StringBuilder(sql.substring(statement.body().start(), headEnd()));
    text.append(" WHERE ").append(condition.text("", slots));
    SqlSlice order = statement.orderBy();
    if (order != null) {
      text.append(' ').append(order.of(sql));
    }
    return text.toString();
  }

  private int headEnd() {
    return statement instanceof AnalyzedStatement.Update update
        ? update.set().end()
        : statement.table().slice().end();
  }

  /** The before query of a batch whose items name one row each. */
  private String beforeBatchText(int slots) {
    List<ValueExpr> values = requireKeyValues();
    String one =
        layout.keyColumns().stream()
            .map(column -> dialect.metadata().quote(column.name()))
            .collect(Collectors.joining(", "));
    boolean single = values.size() == 1;
    StringBuilder text = new StringBuilder(selectHead());
    text.append(statement.table().slice().of(statement.sql())).append(" WHERE ");
    if (single) {
      text.append(one).append(" IN (");
    }
    for (int i = 0; i < slots; i++) {
      text.append(i == 0 ? "" : single ? ", " : " OR ");
      text.append(single ? values.get(0).slice().of(statement.sql()) : "(" + row(values) + ")");
    }
    return text.append(single ? ") " : " ").append(dialect.images().lockClause()).toString();
  }

  private String row(List<ValueExpr> values) {
    StringBuilder row = new StringBuilder();
    for (int c = 0; c < values.size(); c++) {
      row.append(c == 0 ? "" : " AND ")
          .append(dialect.metadata().quote(layout.keyColumns().get(c).name()))
          .append(" = ")
          .append(values.get(c).slice().of(statement.sql()));
    }
    return row.toString();
  }

  private List<ValueExpr> requireKeyValues() {
    if (keyValues == null) {
      throw new IllegalStateException("not a statement by key: " + statement.sql());
    }
    return keyValues;
  }

  AnalyzedStatement.Filtered statement() {
    return statement;
  }

  ImageLayout layout() {
    return layout;
  }

  KeyCondition condition() {
    return condition;
  }

  boolean verifiesColumns() {
    return verifiesColumns;
  }

  /** Whether the condition is exactly the key, so that the statement names at most one row. */
  boolean isByKey() {
    return keyValues != null;
  }

  String before() {
    return before;
  }

  void bindBefore(PreparedStatement query, BoundParameters parameters) throws SQLException {
    int index = 1;
    for (SqlSlice slice : beforeSlices) {
      index = parameters.bind(query, slice, index);
    }
  }

  String beforeBatch(int slots) {
    return beforeBatch.of(slots);
  }

  /** Binds the key values of items; the last is repeated for slots left over. */
  void bindBeforeBatch(PreparedStatement query, List<BoundParameters> items, int slots)
      throws SQLException {
    int index = 1;
    for (int i = 0; i < slots; i++) {
      BoundParameters item = items.get(Math.min(i, items.size() - 1));
      for (ValueExpr value : requireKeyValues()) {
        index = item.bind(query, value.slice(), index);
      }
    }
  }

  String narrowed(int slots) {
    return narrowed.of(slots);
  }

  /** Binds what stands before the condition, and what stands behind it, around the keys. */
  void bindNarrowed(
      PreparedStatement change,
      BoundParameters parameters,
      List<List<io.attx.undolog.ColumnValue>> keys,
      int slots)
      throws SQLException {
    int index = 1;
    if (statement instanceof AnalyzedStatement.Update update) {
      index = parameters.bind(change, update.set(), index);
    }
    index = condition.bind(change, index, keys, slots);
    SqlSlice order = statement.orderBy();
    if (order != null) {
      parameters.bind(change, order, index);
    }
  }

  String after(int slots) {
    return after.of(slots);
  }
}
