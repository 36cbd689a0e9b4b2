package io.attx.datasource.sql;

import io.attx.datasource.sql.AnalyzedStatement.LockingSelect;
import io.attx.datasource.sql.SqlFlags.Syntax;
import io.attx.datasource.sql.Token.Kind;
import java.util.Set;

/** SELECT … FOR UPDATE on one table. */
final class LockingSelects {
  private static final String REMEDY =
      "Lock the rows by SELECT … FROM one_table WHERE … FOR UPDATE, without grouping, joins or"
          + " options.";
  private static final Set<String> NOT_IN_LIST =
      Set.of("DISTINCT", "DISTINCTROW", "UNIQUE", "OVER", "INTO");

  /**
   * Recognises it.
   *
   * @param lockAt where its locking clause begins
   */
  AnalyzedStatement recognise(StatementText text, int lockAt) {
    if (!text.startsWith(lockAt, "FOR", "UPDATE")) {
      throw new Refusal("This kind of row lock is not supported yet.", REMEDY);
    }
    if (lockAt + 2 != text.size()) {
      throw new Refusal(
          "FOR UPDATE with an option (OF, NOWAIT, SKIP LOCKED, WAIT) or followed by more is not"
              + " supported yet.",
          REMEDY);
    }
    if (!text.is(0, "SELECT")) {
      throw new Refusal("FOR UPDATE does not lock one table here.", REMEDY);
    }
    int from = fromClause(text, lockAt);
    Cursor cursor = new Cursor(text, "a locking SELECT of one table");
    while (cursor.index() <= from) {
      cursor.skip();
    }
    TableRef table = cursor.table(true);
    refuseOtherForms(text, cursor);
    Clauses clauses = Clauses.parse(text, cursor, table);
    if (cursor.index() != lockAt) {
      throw cursor.unexpected();
    }
    HiddenEffects.refuseInTableStatement(text, 1, lockAt);
    return new LockingSelect(
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

  /** Checks the select list and gives the index of FROM. */
  private static int fromClause(StatementText text, int lockAt) {
    for (int i = 1; i < lockAt; i++) {
      Token token = text.get(i);
      if (token.depth() == 0 && token.is("FROM") && !text.is(i - 1, "DISTINCT")) {
        return i;
      }
      boolean distinct = token.is("DISTINCT") && text.is(i + 1, "FROM");
      boolean aggregate = Words.AGGREGATES.contains(token.keyword()) && text.isChar(i + 1, '(');
      boolean top = token.is("TOP") && text.isFor(Syntax.H2);
      if (aggregate || top || (NOT_IN_LIST.contains(token.keyword()) && !distinct)) {
        throw new Refusal(
            "FOR UPDATE together with " + token.keyword() + " does not say which rows it locks.",
            REMEDY);
      }
      if (Clauses.isQuery(token)) {
        throw new Refusal("FOR UPDATE with a subquery in its select list.", REMEDY);
      }
    }
    throw new Refusal("FOR UPDATE without a table locks nothing.", REMEDY);
  }

  private static void refuseOtherForms(StatementText text, Cursor cursor) {
    if (text.isKind(cursor.index(), Kind.COMMA)
        || cursor.sees("JOIN")
        || text.is(cursor.index() + 1, "JOIN")) {
      throw new Refusal("FOR UPDATE on more than one table is not supported yet.", REMEDY);
    }
    if (text.isChar(cursor.index(), '(')) {
      throw new Refusal("FOR UPDATE on a function or a nested query.", REMEDY);
    }
  }
}
