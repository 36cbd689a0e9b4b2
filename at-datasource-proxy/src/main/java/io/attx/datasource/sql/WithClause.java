package io.attx.datasource.sql;

import io.attx.datasource.sql.SqlFlags.Syntax;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The WITH clause in front of a statement.
 *
 * @param end the index of the first token behind it; 0 where there is none
 * @param names what it defines, folded and in lower case
 */
record WithClause(int end, Set<String> names) {
  private static final WithClause NONE = new WithClause(0, Set.of());

  /** Copies the names. */
  WithClause {
    names = Set.copyOf(names);
  }

  /** The clause at the beginning of a text; one without end where it is of no known form. */
  static WithClause of(StatementText text) {
    if (!text.is(0, "WITH")) {
      return NONE;
    }
    int i = text.is(1, "RECURSIVE") ? 2 : 1;
    Set<String> names = new HashSet<>();
    do {
      if (i >= text.size() || !text.get(i).isName()) {
        return NONE;
      }
      names.add(
          Names.folded(Names.identifier(text, i), text.flags().syntax()).toLowerCase(Locale.ROOT));
      i = behindDefinition(text, i + 1);
    } while (i > 0 && text.isChar(i, ',') && i++ > 0);
    return i < 0 || i >= text.size() ? NONE : new WithClause(i, names);
  }

  /** Behind {@code (columns) AS MATERIALIZED (query)}, or -1. */
  private static int behindDefinition(StatementText text, int from) {
    int i = text.isChar(from, '(') ? text.closingOf(from) + 1 : from;
    if (!text.is(i, "AS")) {
      return -1;
    }
    i++;
    if (text.is(i, "NOT")) {
      i++;
    }
    if (text.is(i, "MATERIALIZED")) {
      i++;
    }
    return text.isChar(i, '(') ? text.closingOf(i) + 1 : -1;
  }

  /** The statement's verb in a text, behind its WITH clause where it has one. */
  static String verb(StatementText text) {
    return text.get(of(text).end()).keyword();
  }

  /** The clause with the word, or null. */
  @Nullable SqlSlice slice(StatementText text) {
    return end == 0 ? null : text.slice(0, end);
  }

  /** Refuses a clause in front of a change where the database has none, or would misread it. */
  void refuseBefore(TableRef table, StatementText text) {
    if (end > 0 && (text.isFor(Syntax.H2) || text.isFor(Syntax.MARIADB))) {
      throw new Refusal(
          "This database has no WITH clause in front of UPDATE and DELETE.",
          "Put the query into the condition.");
    }
    String name = Names.folded(table.name(), text.flags().syntax()).toLowerCase(Locale.ROOT);
    if (table.qualifiers().isEmpty() && names.contains(name)) {
      throw new Refusal(
          "The WITH clause defines a name that is also the name of the table that changes ("
              + table.name().text()
              + ").",
          "Give the common table expression another name.");
    }
  }
}
