package io.attx.datasource.sql;

import io.attx.datasource.sql.AnalyzedStatement.Equality;
import io.attx.datasource.sql.AnalyzedStatement.InList;
import io.attx.datasource.sql.Token.Kind;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What may follow the table or the assignments: WHERE, ORDER BY, LIMIT.
 *
 * @param where the condition without the word
 * @param orderBy with the words
 * @param limit with the words
 * @param equalities see {@link AnalyzedStatement.Filtered#equalities()}
 * @param inList see {@link AnalyzedStatement.Filtered#inList()}
 */
record Clauses(
    @Nullable SqlSlice where,
    @Nullable SqlSlice orderBy,
    @Nullable SqlSlice limit,
    List<Equality> equalities,
    @Nullable InList inList) {
  private static final Set<String> IN_LIMIT =
      Set.of("LIMIT", "OFFSET", "FETCH", "FIRST", "NEXT", "ROW", "ROWS", "ONLY");

  /**
   * Reads them, up to a word that belongs to none of them.
   *
   * @param table the only table there is; null where a column without qualifier may be of another
   */
  static Clauses parse(StatementText text, Cursor cursor, @Nullable TableRef table) {
    SqlSlice where = null;
    List<Equality> equalities = List.of();
    InList inList = null;
    if (cursor.accept("WHERE")) {
      int from = cursor.index();
      cursor.expression(false);
      int to = cursor.index();
      where = text.slice(from, to);
      if (table != null) {
        Conditions conditions = new Conditions(text, table);
        equalities = conditions.equalities(from, to);
        inList = equalities.isEmpty() ? conditions.inList(from, to) : null;
      }
    }
    SqlSlice orderBy = orderBy(text, cursor);
    SqlSlice limit = limit(text, cursor);
    return new Clauses(where, orderBy, limit, equalities, inList);
  }

  /** Whether a query begins with this token. */
  static boolean isQuery(Token token) {
    return token.is("SELECT") || token.is("TABLE") || token.is("VALUES");
  }

  static @Nullable SqlSlice orderBy(StatementText text, Cursor cursor) {
    int from = cursor.index();
    if (!cursor.accept("ORDER")) {
      return null;
    }
    cursor.expect("BY");
    cursor.expression(false);
    return text.slice(from, cursor.index());
  }

  static @Nullable SqlSlice limit(StatementText text, Cursor cursor) {
    int from = cursor.index();
    if (!cursor.sees("LIMIT") && !cursor.sees("FETCH") && !cursor.sees("OFFSET")) {
      return null;
    }
    while (!cursor.atEnd() && isPartOfLimit(text, cursor.index())) {
      cursor.skip();
    }
    boolean hasNumber =
        cursor.index() - from > 1
            && !(text.is(cursor.index() - 1, "LIMIT") || text.is(cursor.index() - 1, "OFFSET"));
    if (!hasNumber) {
      throw cursor.unexpected();
    }
    return text.slice(from, cursor.index());
  }

  private static boolean isPartOfLimit(StatementText text, int i) {
    Token token = text.get(i);
    return token.kind() == Kind.NUMBER
        || token.kind() == Kind.PARAMETER
        || token.kind() == Kind.COMMA
        || IN_LIMIT.contains(token.keyword());
  }
}
