package io.attx.datasource.sql;

import io.attx.datasource.sql.AnalyzedStatement.Returning;
import io.attx.datasource.sql.SqlFlags.Syntax;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What UPDATE and DELETE have in common. */
final class ChangeForms {
  private ChangeForms() {}

  /**
   * Reads the words between the verb and the table that MySQL and MariaDB allow there.
   *
   * @return whether IGNORE is among them
   */
  static boolean modifiers(StatementText text, Cursor cursor) {
    boolean ignore = false;
    while (text.mysqlFamily()) {
      boolean quick =
          cursor.sees("QUICK")
              && (text.is(cursor.index() + 1, "FROM") || text.is(cursor.index() + 1, "IGNORE"));
      if (cursor.accept("IGNORE")) {
        ignore = true;
      } else if (quick || cursor.sees("LOW_PRIORITY")) {
        cursor.skip();
      } else {
        return ignore;
      }
    }
    return false;
  }

  /** The form with something else than what is known behind the table. */
  static Refusal notOneTable(Cursor cursor) {
    return new Refusal(
        cursor.unexpected().reason() + " This form of change is not known.",
        "Read the keys first, then change the rows of one table by their keys.");
  }

  /** RETURNING at the end of a statement, where the database has it; else null. */
  static @Nullable Returning returning(StatementText text, Cursor cursor, boolean ofDelete) {
    boolean known = text.isFor(Syntax.POSTGRESQL) || (ofDelete && text.isFor(Syntax.MARIADB));
    int from = cursor.index();
    if (!known || !cursor.accept("RETURNING")) {
      return null;
    }
    if (cursor.sees("WITH")) {
      throw new Refusal(
          "RETURNING WITH names the old and the new row.", "Read the old row before the change.");
    }
    List<Integer> stars = new ArrayList<>();
    do {
      if (text.isChar(cursor.index(), '*')) {
        stars.add(text.get(cursor.index()).start());
        cursor.skip();
      } else if (!starOfTable(text, cursor)) {
        cursor.expression(true);
        if (cursor.accept("AS")) {
          cursor.name();
        }
      }
    } while (cursor.acceptChar(','));
    return new Returning(text.slice(from, cursor.index()), stars);
  }

  private static boolean starOfTable(StatementText text, Cursor cursor) {
    int i = cursor.index();
    while (i + 1 < text.size() && text.get(i).isName() && text.isKind(i + 1, Token.Kind.DOT)) {
      i += 2;
    }
    if (i == cursor.index() || !text.isChar(i, '*')) {
      return false;
    }
    cursor.moveTo(i + 1);
    return true;
  }

  /** Nothing may follow, and the clauses must exist in this database. */
  static void expectEnd(StatementText text, Cursor cursor, Clauses clauses, boolean joined) {
    if (!cursor.atEnd()) {
      throw notOneTable(cursor);
    }
    refuseOffset(text, clauses);
    boolean ordered = clauses.orderBy() != null || clauses.limit() != null;
    if (ordered && text.isFor(Syntax.POSTGRESQL)) {
      throw new Refusal(
          "PostgreSQL has no ORDER BY or LIMIT in UPDATE and DELETE.",
          "Choose the rows by a condition.");
    }
    if (ordered && joined) {
      throw new Refusal(
          "ORDER BY or LIMIT in a change through a join.", "Choose the rows by a condition.");
    }
  }

  /** No database has it, but the narrowed statement would hide that. */
  private static void refuseOffset(StatementText text, Clauses clauses) {
    SqlSlice limit = clauses.limit();
    for (Token token : text.tokens()) {
      boolean offset = token.is("OFFSET") || token.kind() == Token.Kind.COMMA;
      boolean inside =
          limit != null && token.start() >= limit.start() && token.start() < limit.end();
      if (inside && offset) {
        throw new Refusal(
            "UPDATE and DELETE have no offset in LIMIT.", "Choose the rows by a condition.");
      }
    }
  }
}
