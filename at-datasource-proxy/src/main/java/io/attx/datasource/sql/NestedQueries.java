package io.attx.datasource.sql;

import io.attx.datasource.sql.AnalyzedStatement.NestedQuery;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/** Finds the queries in brackets. */
final class NestedQueries {
  private static final Set<String> SET_OPERATIONS = Set.of("UNION", "INTERSECT", "EXCEPT", "MINUS");

  private NestedQueries() {}

  /** All of a text, by their ends. */
  static List<NestedQuery> of(StatementText text) {
    List<NestedQuery> found = new ArrayList<>();
    for (int i = 0; i + 1 < text.size(); i++) {
      if (text.isChar(i, '(') && begins(text, i + 1)) {
        found.add(query(text, i));
      }
    }
    found.sort(Comparator.comparingInt(NestedQuery::end));
    return List.copyOf(found);
  }

  /** {@code VALUES(a)} is a function of MySQL, and TABLE the beginning of many things. */
  private static boolean begins(StatementText text, int at) {
    return text.is(at, "SELECT")
        || text.is(at, "WITH")
        || (text.is(at, "VALUES") && !text.isChar(at - 2, '='))
        || text.is(at, "TABLE");
  }

  private static NestedQuery query(StatementText text, int open) {
    int close = text.closingOf(open);
    int depth = text.get(open).depth() + 1;
    boolean lockable = text.is(open + 1, "SELECT") || text.is(open + 1, "WITH");
    for (int i = open + 1; i < close; i++) {
      Token token = text.get(i);
      lockable &= token.depth() != depth || !SET_OPERATIONS.contains(token.keyword());
    }
    return new NestedQuery(text.get(open + 1).start(), text.get(close - 1).end(), lockable);
  }
}
