package io.attx.datasource.sql;

import io.attx.datasource.sql.AnalyzedStatement.Delete;
import io.attx.datasource.sql.AnalyzedStatement.Returning;
import io.attx.datasource.sql.AnalyzedStatement.Sources;
import io.attx.datasource.sql.SqlFlags.Syntax;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** DELETE from one table or several, possibly through a join, USING or a WITH clause. */
final class Deletes implements StatementForm {
  @Override
  public boolean begins(StatementText text) {
    return WithClause.verb(text).equals("DELETE");
  }

  @Override
  public AnalyzedStatement recognise(StatementText text) {
    WithClause with = WithClause.of(text);
    Cursor cursor = new Cursor(text, "a DELETE");
    cursor.moveTo(with.end() + 1);
    boolean ignore = ChangeForms.modifiers(text, cursor);
    List<TableRef> tables = new ArrayList<>();
    References references =
        text.mysqlFamily() && isMultiTable(text, cursor)
            ? throughJoin(text, cursor, with, tables)
            : null;
    boolean joined = references != null;
    if (!joined) {
      cursor.expect("FROM");
      tables.add(cursor.table(true));
      if (text.isFor(Syntax.POSTGRESQL) && cursor.accept("USING")) {
        references = new ReferenceParser(text, cursor, with.names()).parse();
      }
    }
    Clauses clauses = Clauses.parse(text, cursor, references == null ? tables.get(0) : null);
    Returning returning = joined ? null : ChangeForms.returning(text, cursor, true);
    ChangeForms.expectEnd(text, cursor, clauses, joined);
    tables.forEach(table -> with.refuseBefore(table, text));
    HiddenEffects.refuseInTableStatement(text, 0, with.end());
    HiddenEffects.refuseInTableStatement(text, with.end() + 1, text.size());
    return new Delete(
        text.sql(),
        text.parameterCount(),
        tables.get(0),
        tables.subList(1, tables.size()),
        ignore,
        clauses.where(),
        clauses.orderBy(),
        clauses.limit(),
        clauses.equalities(),
        clauses.inList(),
        new Sources(with.slice(text), references, joined, NestedQueries.of(text)),
        returning,
        text.body());
  }

  /** {@code DELETE a FROM …}, {@code DELETE FROM a USING …}, or several tables behind FROM. */
  private static boolean isMultiTable(StatementText text, Cursor cursor) {
    if (!cursor.sees("FROM")) {
      return true;
    }
    int i = cursor.index() + 1;
    while (text.isKind(i + 1, Token.Kind.DOT)) {
      i += 2;
    }
    return text.isChar(i, '*') || text.isKind(i + 1, Token.Kind.COMMA) || text.is(i + 1, "USING");
  }

  private static References throughJoin(
      StatementText text, Cursor cursor, WithClause with, List<TableRef> tables) {
    boolean using = cursor.accept("FROM");
    List<List<Identifier>> names = new ArrayList<>();
    do {
      names.add(target(cursor));
    } while (cursor.acceptChar(','));
    cursor.expect(using ? "USING" : "FROM");
    References references = new ReferenceParser(text, cursor, with.names()).parse();
    Set<TableRef> targets = new LinkedHashSet<>();
    names.forEach(name -> targets.add(Targets.table(name, references)));
    tables.addAll(targets);
    return references;
  }

  private static List<Identifier> target(Cursor cursor) {
    List<Identifier> names = new ArrayList<>(2);
    names.add(cursor.name());
    while (cursor.acceptChar('.')) {
      if (cursor.acceptChar('*')) {
        return names;
      }
      names.add(cursor.name());
    }
    return names;
  }
}
