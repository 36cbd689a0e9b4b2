package io.attx.datasource.sql;

import io.attx.datasource.sql.AnalyzedStatement.Delete;

/** DELETE from one table. */
final class Deletes implements StatementForm {
  @Override
  public boolean begins(StatementText text) {
    return text.is(0, "DELETE");
  }

  @Override
  public AnalyzedStatement recognise(StatementText text) {
    Cursor cursor = new Cursor(text, "a DELETE from one table");
    cursor.skip();
    ChangeForms.refuseModifiers(text, 1);
    if (!cursor.accept("FROM")) {
      throw ChangeForms.notOneTable(cursor);
    }
    ChangeForms.refuseModifiers(text, 2);
    TableRef table = cursor.table(true);
    Clauses clauses = Clauses.parse(text, cursor, table);
    ChangeForms.expectEnd(text, cursor, clauses);
    HiddenEffects.refuseInTableStatement(text, 1, text.size());
    return new Delete(
        text.sql(),
        text.parameterCount(),
        table,
        clauses.where(),
        clauses.orderBy(),
        clauses.limit(),
        clauses.equalities(),
        clauses.inList(),
        clauses.subquery(),
        text.body());
  }
}
