package io.attx.datasource.image;

import io.attx.datasource.dialect.AtDialect;
import io.attx.datasource.metadata.ColumnMetadata;
import io.attx.datasource.sql.AnalyzedStatement.Insert;
import io.attx.datasource.sql.Identifier;
import io.attx.datasource.sql.SqlSlice;
import io.attx.undolog.UndoColumn;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * INSERT … SELECT where the database returns nothing of the new rows (MySQL). Immutable but for
 * texts made on demand.
 */
final class QueryInsertPlan implements ItemPlan {
  /** A word after which rows that are locked need not give the same result again. */
  private static final Pattern NOT_SIMPLE =
      Pattern.compile(
          "(?i)^\\(|\\b(WITH|TABLE|LIMIT|GROUP|DISTINCT|DISTINCTROW|HAVING|UNION|OVER|LEFT|RIGHT"
              + "|COUNT|SUM|MIN|MAX|AVG|GROUP_CONCAT|JSON_ARRAYAGG|JSON_OBJECTAGG|BIT_AND|BIT_OR"
              + "|BIT_XOR|STD|STDDEV|STDDEV_POP|STDDEV_SAMP|VAR_POP|VAR_SAMP|VARIANCE|ANY_VALUE)\\b"
              + "|\\bSELECT\\b.*\\bSELECT\\b",
          Pattern.DOTALL);

  private final Insert insert;
  private final SqlSlice query;
  private final ImageLayout layout;
  private final RowsByKey rowsByKey;
  private final List<Integer> keyPlaces;
  private final boolean simple;
  private final String queryText;
  private final String highestKey;
  private final String keys;
  private final TextsBySlots byValues;

  /**
   * For one statement.
   *
   * @param maxKeys the most keys in one text
   */
  QueryInsertPlan(AtDialect dialect, Insert insert, ImageLayout layout, int maxKeys) {
    this.insert = insert;
    this.query = Objects.requireNonNull(insert.query());
    this.layout = layout;
    this.rowsByKey = new RowsByKey(dialect, layout, false, maxKeys);
    this.keyPlaces = places(dialect);
    String text = query.of(insert.sql());
    this.simple = !NOT_SIMPLE.matcher(text).find();
    this.queryText = simple ? text + " LOCK IN SHARE MODE" : text;
    UndoColumn first = layout.keyColumns().get(0);
    String name = dialect.metadata().quote(first.name());
    String from = " FROM " + dialect.metadata().quote(layout.table().name());
    this.highestKey =
        "SELECT " + dialect.images().readExpression("MAX(" + name + ")", first) + from;
    this.keys =
        "SELECT "
            + dialect.images().readExpression(name, first)
            + from
            + " WHERE ? IS NULL OR "
            + name
            + " > "
            + dialect.images().bindExpression(first);
    String head = RowsByKey.head(dialect, layout, false);
    String lock = " " + dialect.images().lockClause();
    this.byValues = new TextsBySlots(slots -> head + condition(dialect, slots) + lock);
  }

  /** Where the query gives each column of the key; -1 where it gives none. */
  private List<Integer> places(AtDialect dialect) {
    List<Integer> places = new ArrayList<>();
    for (ColumnMetadata column : layout.table().key()) {
      int place = insert.columns().isEmpty() ? layout.table().columns().indexOf(column) : -1;
      int at = 0;
      for (Identifier written : insert.columns()) {
        place = dialect.metadata().matches(written, column.name()) ? at : place;
        at++;
      }
      places.add(place);
    }
    return places;
  }

  private String condition(AtDialect dialect, int slots) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < slots; i++) {
      text.append(i == 0 ? "(" : " OR (");
      boolean first = true;
      for (UndoColumn column : layout.keyColumns()) {
        text.append(first ? "" : " AND ").append(dialect.metadata().quote(column.name()));
        text.append(" = ?");
        first = false;
      }
      text.append(')');
    }
    return text.toString();
  }

  @Override
  public StatementOutcome run(Execution execution, BoundParameters parameters) throws SQLException {
    return new QueryInsertRun(execution, this, parameters).run();
  }

  Insert insert() {
    return insert;
  }

  ImageLayout layout() {
    return layout;
  }

  RowsByKey rowsByKey() {
    return rowsByKey;
  }

  /** The places of the key columns in the query; -1 where the database gives them. */
  List<Integer> keyPlaces() {
    return keyPlaces;
  }

  /** Whether each row of the query comes from rows that its locking form locks, and stays. */
  boolean isSimple() {
    return simple;
  }

  /** The query of the statement; locking what it reads where it is simple. */
  String queryText() {
    return queryText;
  }

  BoundParameters queryParameters(BoundParameters all) {
    int first = query.firstParameter();
    return new BoundParameters(all.setters().subList(first, first + query.parameterCount()));
  }

  /** Reads the highest generated key without a lock. */
  String highestKey() {
    return highestKey;
  }

  /** Reads the keys above one, bound twice, without a lock; all where that is NULL. */
  String keys() {
    return keys;
  }

  /** Locks and reads rows by values of so many keys. */
  String byValues(int slots) {
    return byValues.of(slots);
  }
}
