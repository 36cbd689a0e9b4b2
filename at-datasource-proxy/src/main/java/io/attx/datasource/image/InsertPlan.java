package io.attx.datasource.image;

import io.attx.datasource.dialect.AtDialect;
import io.attx.datasource.metadata.ColumnMetadata;
import io.attx.datasource.metadata.TableMetadata;
import io.attx.datasource.sql.AnalyzedStatement;
import io.attx.datasource.sql.Identifier;
import io.attx.datasource.sql.ValueExpr;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the keys of inserted rows come from, and the texts that read the rows. Immutable but for
 * texts made on demand.
 */
final class InsertPlan {
  private final AtDialect dialect;
  private final AnalyzedStatement.Insert statement;
  private final ImageLayout layout;
  private final KeyCondition condition;
  private final List<List<@Nullable ValueExpr>> keyValues;
  private final TextsBySlots byKey;
  private final TextsBySlots byValues;
  private final ReturningRun.@Nullable Text returning;

  /**
   * For one statement.
   *
   * @param maxKeys the most keys in one text
   */
  InsertPlan(
      AtDialect dialect, AnalyzedStatement.Insert statement, ImageLayout layout, int maxKeys) {
    this.dialect = dialect;
    this.statement = statement;
    this.layout = layout;
    this.condition = new KeyCondition(dialect, layout.keyColumns(), maxKeys);
    this.keyValues = keyValues();
    this.byKey = new TextsBySlots(slots -> select() + condition.text("", slots) + lock());
    this.byValues = new TextsBySlots(items -> select() + valueConditions(items) + lock());
    this.returning =
        dialect.images().support().insertReturns()
            ? ReturningRun.appended(dialect, statement, layout)
            : null;
  }

  /** For each row the value given for each key column; null where none is given. */
  private List<List<@Nullable ValueExpr>> keyValues() {
    List<List<@Nullable ValueExpr>> all = new ArrayList<>(statement.rows().size());
    for (List<ValueExpr> row : statement.rows()) {
      List<@Nullable ValueExpr> values = new ArrayList<>();
      for (ColumnMetadata column : layout.table().key()) {
        int place = row.isEmpty() ? -1 : place(layout.table(), column);
        values.add(place >= 0 && place < row.size() ? row.get(place) : null);
      }
      all.add(Collections.unmodifiableList(values));
    }
    return all;
  }

  private int place(TableMetadata table, ColumnMetadata column) {
    List<Identifier> listed = statement.columns();
    if (listed.isEmpty()) {
      return table.columns().indexOf(column);
    }
    for (int i = 0; i < listed.size(); i++) {
      if (dialect.metadata().matches(listed.get(i), column.name())) {
        return i;
      }
    }
    return -1;
  }

  private String select() {
    return "SELECT "
        + layout.selectList("")
        + " FROM "
        + dialect.metadata().quote(layout.table().name())
        + " WHERE ";
  }

  private String lock() {
    return " " + dialect.images().lockClause();
  }

  /** The rows of so many items, found by the values that the statement gives for their keys. */
  private String valueConditions(int items) {
    StringBuilder text = new StringBuilder();
    boolean single = layout.keyColumns().size() == 1;
    for (int i = 0; i < items; i++) {
      for (List<@Nullable ValueExpr> row : keyValues) {
        if (single) {
          text.append(text.isEmpty() ? keyName(0) + " IN (" : ", ").append(written(row.get(0), 0));
        } else {
          text.append(text.isEmpty() ? "(" : " OR (");
          for (int c = 0; c < row.size(); c++) {
            text.append(c == 0 ? "" : " AND ").append(keyName(c)).append(" = ");
            text.append(written(row.get(c), c));
          }
          text.append(')');
        }
      }
    }
    return single ? text.append(')').toString() : text.toString();
  }

  private String keyName(int index) {
    return dialect.metadata().quote(layout.keyColumns().get(index).name());
  }

  private String written(@Nullable ValueExpr value, int keyColumn) {
    if (value == null) {
      throw new IllegalStateException("no value is given for a key of " + statement.sql());
    }
    ColumnMetadata column = layout.table().key().get(keyColumn);
    return dialect.images().asStored(value.slice().of(statement.sql()), column);
  }

  AnalyzedStatement.Insert statement() {
    return statement;
  }

  ImageLayout layout() {
    return layout;
  }

  KeyCondition condition() {
    return condition;
  }

  List<List<@Nullable ValueExpr>> givenKeys() {
    return keyValues;
  }

  /** Whether the database drops a row instead of failing. */
  boolean mayDrop() {
    return statement.conflict() != null
        && statement.conflict().action() == AnalyzedStatement.Conflict.Action.SKIP;
  }

  /** Whether rows in the way are removed, which the driver counts too. */
  boolean replaces() {
    return statement.conflict() != null
        && statement.conflict().action() == AnalyzedStatement.Conflict.Action.REPLACE;
  }

  /** Reads rows by key values that the driver gave. */
  String byKey(int slots) {
    return byKey.of(slots);
  }

  /** Reads the rows of so many items by the values that the statement gives. */
  String byValues(int items) {
    return byValues.of(items);
  }

  /** The statement that returns its images; null where the database has none. */
  ReturningRun.@Nullable Text returning() {
    return returning;
  }
}
