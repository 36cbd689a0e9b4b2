package io.attx.datasource.sql;

import io.attx.datasource.sql.SqlFlags.Syntax;
import java.util.Set;

/** What UPDATE and DELETE have in common. */
final class ChangeForms {
  private static final Set<String> MODIFIERS = Set.of("LOW_PRIORITY", "IGNORE", "QUICK", "ONLY");

  private ChangeForms() {}

  /** A word between the verb and the table changes which rows are meant, or what fails. */
  static void refuseModifiers(StatementText text, int index) {
    if (index >= text.size() || !MODIFIERS.contains(text.get(index).keyword())) {
      return;
    }
    String modifier = text.get(index).keyword();
    boolean name =
        modifier.equals("QUICK") && index + 1 < text.size() && !text.is(index + 1, "FROM");
    if (!name) {
      throw new Refusal(
          text.get(0).keyword() + " with " + modifier + " is not supported yet.",
          "Leave " + modifier + " out.");
    }
  }

  /** The form with more than one table, or with something else behind the table. */
  static Refusal notOneTable(Cursor cursor) {
    return new Refusal(
        cursor.unexpected().reason()
            + " A change through a join, FROM, USING or a partition is not"
            + " supported yet.",
        "Read the keys first, then change the rows of one table by their keys.");
  }

  /** Nothing may follow, and the clauses must exist in this database. */
  static void expectEnd(StatementText text, Cursor cursor, Clauses clauses) {
    if (cursor.sees("RETURNING")) {
      throw new Refusal(
          "RETURNING of an UPDATE or DELETE is not supported yet.",
          "Leave RETURNING out and read the rows by a SELECT.");
    }
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
  }

  /** No database has it, but the narrowed statement would hide that. */
  private static void refuseOffset(StatementText text, Clauses clauses) {
    SqlSlice limit = clauses.limit();
    for (Token token : text.tokens()) {
      boolean offset = token.is("OFFSET") || token.kind() == Token.Kind.COMMA;
      if (limit != null && token.start() >= limit.start() && offset) {
        throw new Refusal(
            "UPDATE and DELETE have no offset in LIMIT.", "Choose the rows by a condition.");
      }
    }
  }
}
