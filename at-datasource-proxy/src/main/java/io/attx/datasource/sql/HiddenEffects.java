package io.attx.datasource.sql;

import io.attx.datasource.sql.SqlFlags.Syntax;
import io.attx.datasource.sql.Token.Kind;
import java.util.Locale;

/**
 * Finds what changes rows, or locks them, from inside an otherwise harmless statement: a change in
 * a CTE or a delta table, INTO, a locking clause of a subquery, functions that write. Whether a
 * user-defined function or a view writes cannot be told from the text.
 */
final class HiddenEffects {
  private HiddenEffects() {}

  /**
   * Looks through the tokens between two indexes.
   *
   * @throws Refusal at the first one found
   */
  static void refuse(StatementText text, int from, int to) {
    for (int i = from; i < to; i++) {
      Token token = text.get(i);
      switch (token.kind()) {
        case WORD, QUOTED -> name(text, i, token);
        case OPEN -> escape(text, i);
        default -> {}
      }
    }
  }

  private static void name(StatementText text, int i, Token token) {
    if (text.isChar(i + 1, '(')) {
      function(text, i);
    }
    if (token.keyword().isEmpty() || text.is(i - 1, "AS")) {
      return;
    }
    if (Words.CHANGING.contains(token.keyword())) {
      change(text, i, token);
    } else if (token.is("INTO")) {
      throw new Refusal(
          "The statement writes its result somewhere (INTO).",
          "Read the result and write it by an INSERT of its own.");
    } else if (isLocking(text, i)) {
      throw new Refusal(
          "Rows of a subquery are locked inside another statement.",
          "Lock them first by a SELECT … FOR UPDATE of one table.");
    } else if (text.startsWith(i, "CURRENT", "OF")) {
      throw new Refusal(
          "WHERE CURRENT OF changes the row of a cursor.", "Change the row by its primary key.");
    }
  }

  /** Whether a locking clause begins here. */
  static boolean isLocking(StatementText text, int i) {
    if (text.is(i, "FOR")) {
      return text.is(i + 1, "UPDATE")
          || text.is(i + 1, "SHARE")
          || text.startsWith(i + 1, "NO", "KEY")
          || text.startsWith(i + 1, "KEY", "SHARE");
    }
    return text.startsWith(i, "LOCK", "IN", "SHARE");
  }

  /** A verb of change is followed by a table; as a column or function it is not. */
  private static void change(StatementText text, int i, Token token) {
    boolean beforeName =
        (i + 1 < text.size() && text.get(i + 1).isName())
            || (text.mysqlFamily() && text.isKind(i + 1, Kind.DOT));
    boolean beforeBracket =
        text.isKind(i + 1, Kind.OPEN)
            && (token.is("UPDATE") || token.is("DELETE") || token.is("MERGE"));
    if (beforeName || beforeBracket) {
      throw new Refusal(
          "A change (" + token.keyword() + ") stands inside another statement.",
          "Send the change as a statement of its own.");
    }
  }

  /**
   * Like {@link #refuse}, for a statement that changes or locks rows of its own.
   *
   * @throws Refusal at the first one found
   */
  static void refuseInTableStatement(StatementText text, int from, int to) {
    refuseVariableAssignment(text);
    refuse(text, from, to);
  }

  /**
   * Refuses {@code @x := …}, whose result depends on how often and in which order rows are visited.
   */
  private static void refuseVariableAssignment(StatementText text) {
    for (int i = 0; i < text.size() && text.mysqlFamily(); i++) {
      if (text.isKind(i, Kind.OPERATOR) && text.sql().startsWith(":=", text.get(i).start())) {
        throw new Refusal(
            "A user variable is assigned (:=) inside a statement that changes or locks rows.",
            "Compute the value first, or in the application.");
      }
    }
  }

  private static void escape(StatementText text, int i) {
    if (!text.isChar(i, '{')) {
      return;
    }
    String word = i + 1 < text.size() ? text.text(i + 1).toLowerCase(Locale.ROOT) : "";
    if (!word.equals("fn")
        && !word.equals("d")
        && !word.equals("t")
        && !word.equals("ts")
        && !word.equals("escape")
        && !word.equals("oj")) {
      throw new Refusal("The JDBC escape {" + word + " …} is not understood.", "Write it as SQL.");
    }
  }

  private static void function(StatementText text, int i) {
    String name = name(text, i);
    boolean setsSequence = name.equals("setval") && !text.isFor(Syntax.H2);
    boolean largeObject =
        text.isFor(Syntax.POSTGRESQL)
            && (name.startsWith("lo_") || name.equals("lowrite") || name.equals("loread"));
    boolean elsewhere =
        (text.isFor(Syntax.POSTGRESQL) && name.startsWith("dblink"))
            || (text.isFor(Syntax.H2) && name.equals("link_schema"));
    if (setsSequence || largeObject || elsewhere) {
      throw new Refusal(
          "The function " + name + " writes and cannot be undone.",
          "Call it outside the global transaction.");
    }
    if (name.equals("set_config") && changesLexer(text, i + 2)) {
      throw Settings.changesMeaning("in set_config");
    }
  }

  private static String name(StatementText text, int i) {
    return text.isKind(i, Kind.WORD)
        ? text.text(i).toLowerCase(Locale.ROOT)
        : Names.identifier(text, i).text().toLowerCase(Locale.ROOT);
  }

  private static boolean changesLexer(StatementText text, int argument) {
    if (!text.isKind(argument, Kind.STRING) || !text.isKind(argument + 1, Kind.COMMA)) {
      return true;
    }
    String literal = text.text(argument).toLowerCase(Locale.ROOT);
    return literal.charAt(0) != '\''
        || literal.contains("standard_conforming_strings")
        || literal.contains("client_encoding");
  }
}
