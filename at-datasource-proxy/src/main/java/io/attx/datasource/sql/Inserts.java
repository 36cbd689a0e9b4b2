package io.attx.datasource.sql;

import io.attx.datasource.sql.AnalyzedStatement.Insert;
import io.attx.datasource.sql.SqlFlags.Syntax;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** INSERT of rows that stand in the statement. */
final class Inserts implements StatementForm {
  @Override
  public boolean begins(StatementText text) {
    return text.is(0, "INSERT");
  }

  @Override
  public AnalyzedStatement recognise(StatementText text) {
    Cursor cursor = new Cursor(text, "an INSERT of values");
    cursor.skip();
    refuseModifiers(text);
    if (!cursor.accept("INTO") && !text.mysqlFamily()) {
      throw cursor.unexpected();
    }
    TableRef table = cursor.table(text.isFor(Syntax.POSTGRESQL));
    List<Identifier> columns = new ArrayList<>();
    List<List<ValueExpr>> rows = new ArrayList<>();
    boolean columnList = columnList(text, cursor, table, columns);
    if (!columnList && !text.isFor(Syntax.POSTGRESQL) && cursor.accept("SET")) {
      rows.add(assignments(text, cursor, table, columns));
    } else {
      overriding(text, cursor);
      values(text, cursor, rows);
    }
    refuseMismatch(columns, columnList, rows);
    SqlSlice returning = returning(text, cursor);
    HiddenEffects.refuseInTableStatement(text, text.is(1, "INTO") ? 2 : 1, text.size());
    return new Insert(
        text.sql(),
        text.parameterCount(),
        table,
        List.copyOf(columns),
        List.copyOf(rows),
        returning,
        text.body());
  }

  private static void refuseModifiers(StatementText text) {
    if (text.mysqlFamily()
        && (text.is(1, "IGNORE")
            || text.is(1, "LOW_PRIORITY")
            || text.is(1, "HIGH_PRIORITY")
            || text.is(1, "DELAYED"))) {
      throw new Refusal(
          "INSERT "
              + text.get(1).keyword()
              + " is not supported yet: which rows it inserts is not"
              + " known beforehand.",
          "Use a plain INSERT and handle the duplicate key.");
    }
  }

  /** Reads {@code (column, …)} where it is one; whether it was. */
  private static boolean columnList(
      StatementText text, Cursor cursor, TableRef table, List<Identifier> columns) {
    int next = cursor.index() + 1;
    if (!text.isChar(cursor.index(), '(')
        || text.is(next, "SELECT")
        || text.is(next, "WITH")
        || text.is(next, "VALUES")
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

  private static List<ValueExpr> assignments(
      StatementText text, Cursor cursor, TableRef table, List<Identifier> columns) {
    List<ValueExpr> row = new ArrayList<>();
    do {
      columns.add(Targets.column(text, cursor, table));
      cursor.expectChar('=');
      row.add(value(text, cursor));
    } while (cursor.acceptChar(','));
    return List.copyOf(row);
  }

  private static void overriding(StatementText text, Cursor cursor) {
    if (text.mysqlFamily() || !cursor.sees("OVERRIDING")) {
      return;
    }
    if (!cursor.accept("OVERRIDING", "SYSTEM", "VALUE")) {
      throw new Refusal(
          "OVERRIDING USER VALUE ignores the keys in the statement.",
          "Leave the generated column out of the column list.");
    }
  }

  private static void values(StatementText text, Cursor cursor, List<List<ValueExpr>> rows) {
    if (!text.mysqlFamily() && cursor.accept("DEFAULT", "VALUES")) {
      rows.add(List.of());
      return;
    }
    if (!cursor.accept("VALUES") && !(text.mysqlFamily() && cursor.accept("VALUE"))) {
      throw otherSource(cursor);
    }
    do {
      cursor.expectChar('(');
      rows.add(row(text, cursor));
    } while (cursor.acceptChar(','));
  }

  private static Refusal otherSource(Cursor cursor) {
    if (cursor.sees("SELECT")
        || cursor.sees("WITH")
        || cursor.sees("TABLE")
        || cursor.acceptChar('(')) {
      return new Refusal(
          "INSERT … SELECT is not supported yet.",
          "Read the rows first, then insert them by VALUES, in a batch.");
    }
    return cursor.unexpected();
  }

  private static List<ValueExpr> row(StatementText text, Cursor cursor) {
    List<ValueExpr> row = new ArrayList<>();
    if (cursor.acceptChar(')')) {
      return List.of();
    }
    do {
      row.add(value(text, cursor));
    } while (cursor.acceptChar(','));
    cursor.expectChar(')');
    return List.copyOf(row);
  }

  private static ValueExpr value(StatementText text, Cursor cursor) {
    int from = cursor.index();
    cursor.expression(true);
    return Values.of(text, from, cursor.index());
  }

  private static void refuseMismatch(
      List<Identifier> columns, boolean columnList, List<List<ValueExpr>> rows) {
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

  private static @Nullable SqlSlice returning(StatementText text, Cursor cursor) {
    if (cursor.atEnd()) {
      return null;
    }
    boolean known = text.isFor(Syntax.POSTGRESQL) || text.isFor(Syntax.MARIADB);
    if (known && cursor.sees("RETURNING") && cursor.index() + 1 < text.size()) {
      return text.slice(cursor.index(), text.size());
    }
    if (cursor.sees("ON") || cursor.sees("AS")) {
      throw new Refusal(
          "An upsert (INSERT … ON …) is not supported yet.",
          "Use INSERT and UPDATE, chosen by what SELECT … FOR UPDATE finds.");
    }
    throw cursor.unexpected();
  }
}
