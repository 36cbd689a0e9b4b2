package io.attx.datasource.sql;

import io.attx.datasource.sql.AnalyzedStatement.PassThrough;
import io.attx.datasource.sql.SqlFlags.Syntax;

/** SELECT, WITH, VALUES and TABLE: harmless unless something in them locks or changes rows. */
final class Queries implements StatementForm {
  private final LockingSelects lockingSelects = new LockingSelects();

  @Override
  public boolean begins(StatementText text) {
    int first = first(text);
    if (first >= text.size()) {
      return false;
    }
    return switch (text.get(first).keyword()) {
      case "SELECT", "WITH", "VALUES", "TABLE" -> true;
      case "CALL" -> first == 0 && isSequenceCall(text);
      default -> false;
    };
  }

  /** Behind the brackets in front of the first query of a union. */
  private static int first(StatementText text) {
    int i = 0;
    while (text.isChar(i, '(')) {
      i++;
    }
    return i;
  }

  /** How H2 dialects of object-relational mappers read a sequence. */
  private static boolean isSequenceCall(StatementText text) {
    return text.isFor(Syntax.H2) && text.startsWith(1, "NEXT", "VALUE", "FOR");
  }

  @Override
  public AnalyzedStatement recognise(StatementText text) {
    for (int i = 0; i < text.size(); i++) {
      if (text.get(i).depth() == 0 && HiddenEffects.isLocking(text, i)) {
        return lockingSelects.recognise(text, i);
      }
    }
    refuseChangeBehindCte(text);
    HiddenEffects.refuse(text, 0, text.size());
    return new PassThrough(text.sql(), text.parameterCount());
  }

  private static void refuseChangeBehindCte(StatementText text) {
    for (int i = 1; i < text.size() && text.is(0, "WITH"); i++) {
      Token token = text.get(i);
      if (token.depth() == 0
          && text.isChar(i - 1, ')')
          && Words.CHANGING.contains(token.keyword())) {
        throw new Refusal(
            "A WITH clause stands in front of " + token.keyword() + ".",
            "Read the rows first, then change them by their keys.");
      }
    }
  }
}
