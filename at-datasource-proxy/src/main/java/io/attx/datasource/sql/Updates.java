package io.attx.datasource.sql;

import io.attx.datasource.sql.AnalyzedStatement.Assignment;
import io.attx.datasource.sql.AnalyzedStatement.Returning;
import io.attx.datasource.sql.AnalyzedStatement.Sources;
import io.attx.datasource.sql.AnalyzedStatement.Update;
import io.attx.datasource.sql.SqlFlags.Syntax;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** UPDATE of one table, possibly through a join, FROM or a WITH clause. */
final class Updates implements StatementForm {
  @Override
  public boolean begins(StatementText text) {
    return WithClause.verb(text).equals("UPDATE");
  }

  @Override
  public AnalyzedStatement recognise(StatementText text) {
    WithClause with = WithClause.of(text);
    Cursor cursor = new Cursor(text, "an UPDATE");
    cursor.moveTo(with.end() + 1);
    boolean ignore = ChangeForms.modifiers(text, cursor);
    References references = null;
    TableRef table;
    if (text.mysqlFamily()) {
      references = new ReferenceParser(text, cursor, with.names()).parse();
      table = references.isOneTable() ? references.items().get(0).table() : null;
      references = references.isOneTable() ? null : references;
    } else {
      table = cursor.table(true);
    }
    if (!cursor.accept("SET")) {
      throw ChangeForms.notOneTable(cursor);
    }
    int setFrom = cursor.index();
    SetClause set = new SetClause(text, cursor, table, references);
    List<Assignment> assignments = set.parse();
    int setTo = cursor.index();
    boolean joined = references != null;
    if (text.isFor(Syntax.POSTGRESQL) && cursor.accept("FROM")) {
      references = new ReferenceParser(text, cursor, with.names()).parse();
    }
    Clauses clauses = Clauses.parse(text, cursor, references == null ? table : null);
    Returning returning = ChangeForms.returning(text, cursor, false);
    ChangeForms.expectEnd(text, cursor, clauses, joined);
    with.refuseBefore(set.table(), text);
    HiddenEffects.refuseInTableStatement(text, 0, with.end());
    HiddenEffects.refuseInTableStatement(text, with.end() + 1, text.size());
    return new Update(
        text.sql(),
        text.parameterCount(),
        set.table(),
        assignments,
        text.slice(setFrom, setTo),
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

  /** The assignments, and which table they are about. For one statement. */
  private static final class SetClause {
    private final StatementText text;
    private final Cursor cursor;
    private final @Nullable References references;
    private @Nullable TableRef table;

    SetClause(
        StatementText text,
        Cursor cursor,
        @Nullable TableRef table,
        @Nullable References references) {
      this.text = text;
      this.cursor = cursor;
      this.table = table;
      this.references = references;
    }

    List<Assignment> parse() {
      List<Assignment> result = new ArrayList<>();
      do {
        if (!text.mysqlFamily() && text.isChar(cursor.index(), '(')) {
          several(result);
        } else {
          one(result);
        }
      } while (cursor.acceptChar(','));
      return List.copyOf(result);
    }

    TableRef table() {
      if (table == null) {
        throw new IllegalStateException("no table before the first assignment");
      }
      return table;
    }

    private void one(List<Assignment> result) {
      Identifier column = column();
      boolean part = skipParts();
      result.add(new Assignment(column, value(), !part));
    }

    private void several(List<Assignment> result) {
      cursor.expectChar('(');
      List<Identifier> columns = new ArrayList<>();
      do {
        columns.add(column());
        skipParts();
      } while (cursor.acceptChar(','));
      cursor.expectChar(')');
      ValueExpr value = value();
      columns.forEach(column -> result.add(new Assignment(column, value, false)));
    }

    private ValueExpr value() {
      cursor.expectChar('=');
      int from = cursor.index();
      cursor.expression(true);
      return Values.of(text, from, cursor.index());
    }

    /** Behind the element of an array or the field of a composite value; whether there is one. */
    private boolean skipParts() {
      boolean any = false;
      while (text.isFor(Syntax.POSTGRESQL)) {
        if (text.isChar(cursor.index(), '[')) {
          cursor.moveTo(text.closingOf(cursor.index()) + 1);
        } else if (cursor.acceptChar('.')) {
          cursor.name();
        } else {
          return any;
        }
        any = true;
      }
      if (text.isChar(cursor.index(), '[')) {
        throw new Refusal("A part of an array is assigned.", "Assign the whole column.");
      }
      return any;
    }

    private Identifier column() {
      if (references == null) {
        return text.isFor(Syntax.POSTGRESQL)
            ? cursor.name()
            : Targets.column(text, cursor, table());
      }
      TableRef assigned = Targets.qualifiedTable(text, cursor, references);
      if (table == null) {
        table = assigned;
      } else if (!table.equals(assigned)) {
        throw new Refusal(
            "Columns of two tables are assigned in one statement.",
            "Change each table by an UPDATE of its own.");
      }
      return cursor.name();
    }
  }
}
