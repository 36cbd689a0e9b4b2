package io.attx.datasource.image;

import io.attx.datasource.dialect.AtDialect;
import io.attx.datasource.metadata.ColumnMetadata;
import io.attx.datasource.sql.AnalyzedStatement;
import io.attx.datasource.sql.AnalyzedStatement.Delete;
import io.attx.datasource.sql.AnalyzedStatement.Filtered;
import io.attx.datasource.sql.AnalyzedStatement.NestedQuery;
import io.attx.datasource.sql.AnalyzedStatement.Update;
import io.attx.datasource.sql.References;
import io.attx.datasource.sql.SqlSlice;
import io.attx.datasource.sql.TableRef;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The texts that surround key conditions and images in a changed statement. Pure. */
final class ChangeTexts {
  private final AtDialect dialect;
  private final Filtered statement;
  private final TableRef target;
  private final ImageLayout layout;

  /**
   * For one table of a statement.
   *
   * @param target which of its tables
   */
  ChangeTexts(AtDialect dialect, Filtered statement, TableRef target, ImageLayout layout) {
    this.dialect = dialect;
    this.statement = statement;
    this.target = target;
    this.layout = layout;
  }

  /** Whether its rows are found through other tables. */
  boolean isJoined() {
    return statement.sources().references() != null;
  }

  /** The name or alias of the table, and a dot. */
  String qualifier() {
    return Names.qualifier(dialect, target);
  }

  /** Columns of one table alone need no qualifier; the identity of a table does. */
  private String imageQualifier() {
    return isJoined() || !layout.table().identity().isEmpty() ? qualifier() : "";
  }

  /** The select list of the images. */
  String imageList() {
    return layout.selectList(imageQualifier());
  }

  /** All columns. */
  String all() {
    return qualifier() + "*";
  }

  /** The table as it was written. */
  String table() {
    return target.slice().of(statement.sql());
  }

  /**
   * The query for the rows before the change.
   *
   * @param values expressions to be selected behind the images
   * @param allColumns whether all columns are selected behind these, to be compared by name
   */
  ComposedSql before(List<KeyValue> values, boolean allColumns) {
    ComposedSql.Builder text = new ComposedSql.Builder(statement.sql());
    current(text, "", statement.sources().with());
    text.add(statement.sources().with() == null ? "SELECT " : " SELECT ");
    text.add(imageList());
    for (KeyValue value : values) {
      text.addIfAny(", " + value.before(), value.value());
      text.add(value.value() == null ? ", " + value.before() : value.behind());
    }
    text.add(allColumns ? ", " + all() + " FROM " : " FROM ");
    source(text);
    current(text, " WHERE ", statement.where());
    current(text, " ", statement.orderBy());
    text.addIfAny(" ", statement.limit());
    boolean alone = !isJoined() || statement.sources().includesTable();
    return text.add(" " + dialect.images().lockClause())
        .add(alone ? "" : " OF " + Names.name(dialect, target))
        .build();
  }

  private void source(ComposedSql.Builder text) {
    References references = statement.sources().references();
    if (references == null || !statement.sources().includesTable()) {
      text.add(target.slice());
    }
    if (references != null) {
      current(text, statement.sources().includesTable() ? "" : ", ", references.slice());
    }
  }

  /** A slice whose queries read what is committed now, as they would in a change. */
  private void current(ComposedSql.Builder text, String before, @Nullable SqlSlice slice) {
    if (slice == null) {
      return;
    }
    StringBuilder adapted = new StringBuilder();
    int from = slice.start();
    for (NestedQuery query : statement.sources().queries()) {
      if (query.start() >= slice.start() && query.end() <= slice.end()) {
        adapted.append(statement.sql(), from, query.end()).append(dialect.images().currentRead());
        from = query.end();
      }
    }
    text.add(before).add(slice, adapted.append(statement.sql(), from, slice.end()).toString());
  }

  /** The statement up to where the key condition stands in place of its own, or beside it. */
  ComposedSql narrowedHead() {
    ComposedSql.Builder text = new ComposedSql.Builder(statement.sql());
    if (statement instanceof Delete delete && isJoined()) {
      String ignore = delete.ignore() ? "IGNORE " : "";
      return text.add("DELETE " + ignore + "FROM ")
          .add(dialect.metadata().quote(layout.table().name()) + " WHERE ")
          .build();
    }
    SqlSlice last = statement instanceof Update update ? update.set() : target.slice();
    text.add(upTo(last));
    References references = statement.sources().references();
    if (references != null) {
      text.addIfAny(" FROM ", statement.sources().includesTable() ? null : references.slice());
      text.addIfAny(" WHERE (", statement.where());
      text.add(statement.where() == null ? " WHERE " : ") AND ");
    } else {
      text.add(" WHERE ");
    }
    return text.build();
  }

  /** The qualifier of the key condition behind {@link #narrowedHead}. */
  String narrowedQualifier() {
    return isJoined() && statement instanceof Update ? qualifier() : "";
  }

  /** What stands behind the key condition. */
  ComposedSql narrowedTail() {
    ComposedSql.Builder text = new ComposedSql.Builder(statement.sql());
    text.addIfAny(" ", statement.orderBy());
    AnalyzedStatement.Returning returning = statement.returning();
    return text.addIfAny(" ", returning == null ? null : returning.slice()).build();
  }

  /**
   * A query that gives what the statement returns, without any row. (MariaDB returns no result set
   * at all where the condition is known to find nothing.)
   */
  ComposedSql returningNothing(AnalyzedStatement.Returning returning) {
    SqlSlice own = returning.slice();
    String list = own.of(statement.sql()).substring("RETURNING".length());
    return new ComposedSql.Builder(statement.sql())
        .add("SELECT")
        .add(own, list)
        .add(" FROM " + table() + " WHERE 1 = 0")
        .build();
  }

  /** The statement from its beginning to the end of a slice, with all placeholders in it. */
  private SqlSlice upTo(SqlSlice last) {
    return new SqlSlice(
        statement.body().start(), last.end(), 0, last.firstParameter() + last.parameterCount());
  }

  /** One statement that locks the rows, keeps them as they are, changes them and returns both. */
  ReturningRun.Text updateReturningBoth(Update update, boolean keyChanges) {
    StringBuilder inner = new StringBuilder();
    StringBuilder outer = new StringBuilder();
    StringBuilder keys = new StringBuilder();
    int next = 0;
    for (String expression : layout.expressions(isJoined() ? qualifier() : "")) {
      outer.append("attx_o.attx_b").append(next).append(", ");
      inner.append(expression).append(" AS attx_b").append(next++).append(", ");
    }
    next = 0;
    for (ColumnMetadata key : layout.table().key()) {
      String name = qualifier() + dialect.metadata().quote(key.name());
      String joined = name + " = attx_o.attx_k" + next;
      keys.append(next == 0 ? "" : " AND ").append(joined);
      inner.append(next == 0 ? "" : ", ").append(name).append(" AS attx_k").append(next++);
    }
    References references = update.sources().references();
    ComposedSql.Builder text = new ComposedSql.Builder(update.sql()).add(upTo(update.set()));
    text.addIfAny(" FROM ", references == null ? null : references.slice());
    text.add(references == null ? " FROM (SELECT " : ", (SELECT ").add(inner + " FROM ");
    source(text);
    text.addIfAny(" WHERE ", update.where());
    text.add(keyChanges ? " FOR UPDATE OF " : " FOR NO KEY UPDATE OF ");
    text.add(Names.name(dialect, target) + ") attx_o WHERE ");
    if (references != null && update.where() != null) {
      text.add("(").add(update.where()).add(") AND ");
    }
    text.add(keys + " ");
    returning(text, update);
    return new ReturningRun.Text(text.build(), outer + layout.selectList(qualifier()));
  }

  /** A DELETE with the images of its rows behind what the application asked for. */
  ReturningRun.Text deleteReturning(Delete delete) {
    AnalyzedStatement.Returning returning = delete.returning();
    SqlSlice body = delete.body();
    if (returning != null) {
      SqlSlice own = returning.slice();
      body = new SqlSlice(body.start(), own.start(), 0, own.firstParameter());
    }
    ComposedSql.Builder text = new ComposedSql.Builder(delete.sql()).add(body).add(" ");
    if (returning == null) {
      text.add("RETURNING ");
    } else {
      text.add(returning.slice()).add(", ");
    }
    boolean qualified = dialect.images().support().updateReturns();
    return new ReturningRun.Text(text.build(), layout.selectList(qualified ? qualifier() : ""));
  }

  private void returning(ComposedSql.Builder text, Update update) {
    AnalyzedStatement.Returning own = update.returning();
    if (own == null) {
      text.add("RETURNING ");
      return;
    }
    StringBuilder adapted = new StringBuilder();
    int from = own.slice().start();
    for (int star : own.stars()) {
      adapted.append(update.sql(), from, star).append(allColumns(update));
      from = star + 1;
    }
    adapted.append(update.sql(), from, own.slice().end());
    text.add(own.slice(), adapted.toString()).add(", ");
  }

  /** The columns that {@code *} means in the application's own statement. */
  private String allColumns(Update update) {
    StringBuilder all = new StringBuilder(qualifier()).append('*');
    References references = update.sources().references();
    for (References.Item item :
        references == null ? List.<References.Item>of() : references.items()) {
      if (item.name() != null) {
        all.append(", ").append(Names.written(dialect, item.name())).append(".*");
      }
    }
    return all.toString();
  }

  /**
   * The value that a key column will have.
   *
   * @param before what stands before the value
   * @param value what is assigned; null where all stands before it
   * @param behind what stands behind it
   */
  record KeyValue(String before, @Nullable SqlSlice value, String behind) {}
}
