package io.attx.datasource.image;

import io.attx.datasource.dialect.AtDialect;
import io.attx.datasource.image.ChangeTexts.KeyValue;
import io.attx.datasource.metadata.ColumnMetadata;
import io.attx.datasource.metadata.TableMetadata;
import io.attx.datasource.sql.AnalyzedStatement;
import io.attx.datasource.sql.AnalyzedStatement.Equality;
import io.attx.datasource.sql.SqlSlice;
import io.attx.datasource.sql.ValueExpr;
import io.attx.undolog.ColumnValue;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The generated texts for one table of an UPDATE or DELETE, on one version of this table. Immutable
 * but for texts made on demand.
 */
final class FilteredPlan {
  private final AtDialect dialect;
  private final AnalyzedStatement.Filtered statement;
  private final ImageLayout layout;
  private final KeyCondition condition;
  private final Shape shape;
  private final @Nullable List<ValueExpr> keyValues;
  private final ChangeTexts texts;
  private final ComposedSql before;
  private final ComposedSql narrowedHead;
  private final ComposedSql narrowedTail;
  private final TextsBySlots narrowed;
  private final TextsBySlots after;
  private final TextsBySlots beforeBatch;

  /**
   * How the statement can be run.
   *
   * @param verifiesColumns whether the before query must prove that it reads every column
   * @param newKeys what the before query computes of the keys that rows will have, one for each
   *     column of the key; empty where no key changes
   * @param atOnce whether all rows must change in one statement, because it reads what it changes
   * @param maxKeys the most keys in one text
   */
  record Shape(boolean verifiesColumns, List<KeyValue> newKeys, boolean atOnce, int maxKeys) {
    Shape {
      newKeys = List.copyOf(newKeys);
    }
  }

  /** For one table of a statement. */
  FilteredPlan(
      AtDialect dialect,
      AnalyzedStatement.Filtered statement,
      ChangeTexts texts,
      ImageLayout layout,
      Shape shape) {
    this.dialect = dialect;
    this.statement = statement;
    this.layout = layout;
    this.shape = shape;
    this.texts = texts;
    this.condition = new KeyCondition(dialect, layout.keyColumns(), shape.maxKeys());
    this.keyValues = keyValues(statement, layout.table());
    this.before = texts.before(shape.newKeys(), shape.verifiesColumns());
    this.narrowedHead = texts.narrowedHead();
    this.narrowedTail = texts.narrowedTail();
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

  /** The statement with the captured keys for its condition or beside it, and without its limit. */
  private String narrowedText(int slots) {
    String keys = slots == 0 ? "1 = 0" : condition.text(texts.narrowedQualifier(), slots);
    return narrowedHead.text() + keys + narrowedTail.text();
  }

  /** The before query of a batch whose items name one row each. */
  private String beforeBatchText(int slots) {
    List<ValueExpr> values = requireKeyValues();
    String one =
        layout.keyColumns().stream()
            .map(column -> dialect.metadata().quote(column.name()))
            .collect(Collectors.joining(", "));
    boolean single = values.size() == 1;
    StringBuilder text = new StringBuilder("SELECT ");
    text.append(texts.imageList()).append(shape.verifiesColumns() ? ", " + texts.all() : "");
    text.append(" FROM ").append(texts.table()).append(" WHERE ");
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

  Shape shape() {
    return shape;
  }

  /** Whether the statement can change a key. */
  boolean changesKeys() {
    return !shape.newKeys().isEmpty();
  }

  /** Whether the condition is exactly the key, so that the statement names at most one row. */
  boolean isByKey() {
    return keyValues != null;
  }

  /** Whether rows are narrowed beside the statement's own condition, which may leave some out. */
  boolean mayLeaveOut() {
    boolean ignore =
        (statement instanceof AnalyzedStatement.Update update && update.ignore())
            || (statement instanceof AnalyzedStatement.Delete delete && delete.ignore());
    return ignore || (texts.isJoined() && statement instanceof AnalyzedStatement.Update);
  }

  ComposedSql before() {
    return before;
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

  /** What stands in for a statement that returns rows and found none. */
  ComposedSql nothing() {
    AnalyzedStatement.Returning returning = statement.returning();
    return returning == null || texts.isJoined()
        ? new ComposedSql(narrowed(0), narrowedSlices())
        : texts.returningNothing(returning);
  }

  private List<SqlSlice> narrowedSlices() {
    List<SqlSlice> slices = new ArrayList<>(narrowedHead.slices());
    slices.addAll(narrowedTail.slices());
    return slices;
  }

  /** The narrowed statement for so many keys; for none, one that finds no row. */
  String narrowed(int slots) {
    return narrowed.of(slots);
  }

  /** Binds what stands before the condition, and what stands behind it, around the keys. */
  void bindNarrowed(
      PreparedStatement change, BoundParameters parameters, List<List<ColumnValue>> keys, int slots)
      throws SQLException {
    int index = narrowedHead.bind(change, parameters, 1);
    index = slots == 0 ? index : condition.bind(change, index, keys, slots);
    narrowedTail.bind(change, parameters, index);
  }

  String after(int slots) {
    return after.of(slots);
  }
}
