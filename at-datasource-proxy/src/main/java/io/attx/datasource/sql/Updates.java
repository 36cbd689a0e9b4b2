package io.attx.datasource.sql;

import io.attx.datasource.sql.AnalyzedStatement.Assignment;
import io.attx.datasource.sql.AnalyzedStatement.Update;
import java.util.ArrayList;
import java.util.List;

/** UPDATE of one table. */
final class Updates implements StatementForm {
  @Override
  public boolean begins(StatementText text) {
    return text.is(0, "UPDATE");
  }

  @Override
  public AnalyzedStatement recognise(StatementText text) {
    Cursor cursor = new Cursor(text, "an UPDATE of one table");
    cursor.skip();
    ChangeForms.refuseModifiers(text, 1);
    TableRef table = cursor.table(true);
    if (!cursor.sees("SET")) {
      throw ChangeForms.notOneTable(cursor);
    }
    cursor.skip();
    int setFrom = cursor.index();
    List<Assignment> assignments = assignments(text, cursor, table);
    int setTo = cursor.index();
    if (cursor.sees("FROM")) {
      throw ChangeForms.notOneTable(cursor);
    }
    Clauses clauses = Clauses.parse(text, cursor, table);
    ChangeForms.expectEnd(text, cursor, clauses);
    HiddenEffects.refuseInTableStatement(text, 1, text.size());
    return new Update(
        text.sql(),
        text.parameterCount(),
        table,
        assignments,
        text.slice(setFrom, setTo),
        clauses.where(),
        clauses.orderBy(),
        clauses.limit(),
        clauses.equalities(),
        clauses.inList(),
        clauses.subquery() || Clauses.hasQuery(text, setFrom, setTo),
        text.body());
  }

  private static List<Assignment> assignments(StatementText text, Cursor cursor, TableRef table) {
    List<Assignment> result = new ArrayList<>();
    do {
      if (text.isChar(cursor.index(), '(')) {
        throw new Refusal(
            "Several columns are assigned at once (SET (a, b) = …).",
            "Assign each column on its own.");
      }
      Identifier column = Targets.column(text, cursor, table);
      if (text.isChar(cursor.index(), '[')) {
        throw new Refusal(
            "A part of the array " + column.text() + " is assigned.", "Assign the whole column.");
      }
      cursor.expectChar('=');
      int from = cursor.index();
      cursor.expression(true);
      result.add(new Assignment(column, Values.of(text, from, cursor.index())));
    } while (cursor.acceptChar(','));
    return List.copyOf(result);
  }
}
