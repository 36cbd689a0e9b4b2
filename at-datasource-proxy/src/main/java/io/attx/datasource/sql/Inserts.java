package io.attx.datasource.sql;

import io.attx.datasource.sql.AnalyzedStatement.Conflict;
import io.attx.datasource.sql.AnalyzedStatement.Insert;
import io.attx.datasource.sql.SqlFlags.Syntax;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** INSERT of rows that stand in the statement or come from a query; REPLACE of the same. */
final class Inserts implements StatementForm {
  @Override
  public boolean begins(StatementText text) {
    return text.is(0, "INSERT") || (text.mysqlFamily() && text.is(0, "REPLACE"));
  }

  @Override
  public AnalyzedStatement recognise(StatementText text) {
    Cursor cursor = new Cursor(text, "an INSERT");
    Conflict byVerb = verb(text, cursor);
    if (!cursor.accept("INTO") && !text.mysqlFamily()) {
      throw cursor.unexpected();
    }
    int target = cursor.index();
    TableRef table = cursor.table(text.isFor(Syntax.POSTGRESQL));
    InsertedRows rows = new InsertedRows(text, cursor, table);
    rows.parse();
    HiddenEffects.refuseInTableStatement(text, target, cursor.index());
    Conflict conflict = Conflicts.parse(text, cursor, table, byVerb);
    SqlSlice returning = returning(text, cursor);
    return new Insert(
        text.sql(),
        text.parameterCount(),
        table,
        rows.columns(),
        rows.rows(),
        rows.query(),
        conflict,
        returning,
        text.body());
  }

  /** Reads the verb and what stands behind it. */
  private static @Nullable Conflict verb(StatementText text, Cursor cursor) {
    boolean replace = text.is(0, "REPLACE");
    cursor.skip();
    if (!text.mysqlFamily()) {
      return null;
    }
    if (text.is(1, "LOW_PRIORITY") || text.is(1, "HIGH_PRIORITY") || text.is(1, "DELAYED")) {
      throw new Refusal(
          text.get(0).keyword()
              + " "
              + text.get(1).keyword()
              + " is not supported: it means something to tables only that cannot roll back.",
          "Leave the word out.");
    }
    if (replace) {
      return new Conflict(Conflict.Action.REPLACE, null, List.of(), List.of());
    }
    return cursor.accept("IGNORE")
        ? new Conflict(Conflict.Action.SKIP, null, List.of(), List.of())
        : null;
  }

  private static @Nullable SqlSlice returning(StatementText text, Cursor cursor) {
    if (cursor.atEnd()) {
      return null;
    }
    boolean known = text.isFor(Syntax.POSTGRESQL) || text.isFor(Syntax.MARIADB);
    if (known && cursor.sees("RETURNING") && cursor.index() + 1 < text.size()) {
      HiddenEffects.refuse(text, cursor.index() + 1, text.size());
      return text.slice(cursor.index(), text.size());
    }
    throw cursor.unexpected();
  }

  /** Columns and rows behind the table. */
  static final class InsertedRows {
    private final StatementText text;
    private final Cursor cursor;
    private final TableRef table;
    private final List<Identifier> columns = new ArrayList<>();
    private final List<List<ValueExpr>> rows = new ArrayList<>();
    private @Nullable SqlSlice query;

    InsertedRows(StatementText text, Cursor cursor, TableRef table) {
      this.text = text;
      this.cursor = cursor;
      this.table = table;
    }

    List<Identifier> columns() {
      return List.copyOf(columns);
    }

    List<List<ValueExpr>> rows() {
      return List.copyOf(rows);
    }

    @Nullable SqlSlice query() {
      return query;
    }

    void parse() {
      boolean columnList = columnList();
      if (!columnList && !text.isFor(Syntax.POSTGRESQL) && cursor.accept("SET")) {
        rows.add(assignments());
      } else {
        source();
      }
      refuseMismatch(columnList);
    }

    /** Reads {@code (column, …)} where it is one; whether it was. */
    boolean columnList() {
      int next = cursor.index() + 1;
      if (!text.isChar(cursor.index(), '(')
          || text.is(next, "SELECT")
          || text.is(next, "WITH")
          || text.is(next, "VALUES")
          || (text.is(next, "TABLE") && next + 1 < text.size() && text.get(next + 1).isName())
          || text.isChar(next, '(')) {
        return false;
      }
      cursor.expectChar('(');
      if (cursor.acceptChar(')')) {
        return true;
      }
      do {
        columns.add(Targets.column(text, cursor, table));
      } while (cursor.acceptChar(','));
      cursor.expectChar(')');
      return true;
    }

    private List<ValueExpr> assignments() {
      List<ValueExpr> row = new ArrayList<>();
      do {
        columns.add(Targets.column(text, cursor, table));
        cursor.expectChar('=');
        row.add(value());
      } while (cursor.acceptChar(','));
      return List.copyOf(row);
    }

    /** VALUES or a query, with what may stand in front. */
    void source() {
      if (!text.mysqlFamily() && cursor.sees("OVERRIDING")) {
        boolean known =
            cursor.accept("OVERRIDING", "SYSTEM", "VALUE")
                || cursor.accept("OVERRIDING", "USER", "VALUE");
        if (!known) {
          throw cursor.unexpected();
        }
      }
      if (!text.mysqlFamily() && cursor.accept("DEFAULT", "VALUES")) {
        rows.add(List.of());
      } else if (cursor.accept("VALUES") || (text.mysqlFamily() && cursor.accept("VALUE"))) {
        do {
          cursor.expectChar('(');
          rows.add(row());
        } while (cursor.acceptChar(','));
      } else {
        readQuery();
      }
    }

    private void readQuery() {
      int from = cursor.index();
      int inner = from;
      while (text.isChar(inner, '(')) {
        inner++;
      }
      boolean begins =
          text.is(inner, "SELECT") || text.is(inner, "WITH") || text.is(inner, "TABLE");
      if (!begins) {
        throw cursor.unexpected();
      }
      cursor.query();
      query = text.slice(from, cursor.index());
    }

    private List<ValueExpr> row() {
      List<ValueExpr> row = new ArrayList<>();
      if (cursor.acceptChar(')')) {
        return List.of();
      }
      do {
        row.add(value());
      } while (cursor.acceptChar(','));
      cursor.expectChar(')');
      return List.copyOf(row);
    }

    private ValueExpr value() {
      int from = cursor.index();
      cursor.expression(true);
      return Values.of(text, from, cursor.index());
    }

    /** Each row has as many values as there are columns. */
    void refuseMismatch(boolean columnList) {
      if (rows.isEmpty()) {
        return;
      }
      boolean listed = columnList || !columns.isEmpty();
      int width = listed ? columns.size() : rows.get(0).size();
      for (List<ValueExpr> row : rows) {
        if (row.size() != width) {
          throw new Refusal(
              "A row has " + row.size() + " values where " + width + " were expected.",
              "Give each row one value for each column.");
        }
      }
    }
  }
}
