package io.attx.datasource.sql;

import io.attx.datasource.sql.AnalyzedStatement.PassThrough;
import io.attx.datasource.sql.SqlFlags.Syntax;
import java.util.Set;

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
      case "WITH" -> !Set.of("UPDATE", "DELETE").contains(WithClause.verb(text));
      case "SELECT", "VALUES", "TABLE" -> true;
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
    if (Words.CHANGING.contains(WithClause.verb(text))) {
      throw new Refusal(
          "A WITH clause stands in front of " + WithClause.verb(text) + ".",
          "Read the rows first, then change them by their keys.");
    }
    for (int i = 0; i < text.size(); i++) {
      if (text.get(i).depth() == 0 && HiddenEffects.isLocking(text, i)) {
        return lockingSelects.recognise(text, i);
      }
    }
    HiddenEffects.refuse(text, 0, text.size());
    return new PassThrough(text.sql(), text.parameterCount());
  }
}
