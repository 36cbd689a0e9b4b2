package io.attx.datasource.sql;

import io.attx.datasource.sql.SqlFlags.Syntax;
import io.attx.datasource.sql.Token.Kind;
import java.util.List;

/**
 * The tokens of exactly one statement, without its trailing semicolon.
 *
 * @param sql the whole text
 * @param flags how it is read
 * @param tokens at least one
 * @param parameterCount placeholders in the text
 */
record StatementText(String sql, SqlFlags flags, List<Token> tokens, int parameterCount) {
  /** How many tokens there are. */
  int size() {
    return tokens.size();
  }

  /** The token at an index. */
  Token get(int index) {
    return tokens.get(index);
  }

  /** Whether the token at an index, if there is one, is this keyword. */
  boolean is(int index, String keyword) {
    return index >= 0 && index < size() && get(index).is(keyword);
  }

  /** Whether the token at an index, if there is one, is this character. */
  boolean isChar(int index, char c) {
    return index >= 0 && index < size() && get(index).isChar(sql, c);
  }

  /** Whether the token at an index, if there is one, is of this kind. */
  boolean isKind(int index, Kind kind) {
    return index >= 0 && index < size() && get(index).kind() == kind;
  }

  /** Whether the keywords stand from this index on. */
  boolean startsWith(int index, String... keywords) {
    for (int i = 0; i < keywords.length; i++) {
      if (!is(index + i, keywords[i])) {
        return false;
      }
    }
    return true;
  }

  /** The text of a token. */
  String text(int index) {
    return sql.substring(get(index).start(), get(index).end());
  }

  /** The text from the first to before the last of these tokens, which must not be none. */
  SqlSlice slice(int from, int to) {
    Token first = get(from);
    Token last = get(to - 1);
    return new SqlSlice(
        first.start(),
        last.end(),
        first.firstParameter(),
        last.parametersAtEnd() - first.firstParameter());
  }

  /** The whole statement. */
  SqlSlice body() {
    return slice(0, size());
  }

  /** Where the bracket closes that opens at an index. */
  int closingOf(int open) {
    int depth = get(open).depth();
    int i = open + 1;
    while (get(i).depth() > depth) {
      i++;
    }
    return i;
  }

  /** Whether it is for MySQL or MariaDB. */
  boolean mysqlFamily() {
    return flags.syntax() == Syntax.MYSQL || flags.syntax() == Syntax.MARIADB;
  }

  /** Whether it is for this database. */
  boolean isFor(Syntax syntax) {
    return flags.syntax() == syntax;
  }

  /** The text is not of a known form from this token on. */
  Refusal unexpected(int index, String where) {
    if (index >= size()) {
      return new Refusal(
          "The statement ends where more was expected " + where + ".", "Complete the statement.");
    }
    return Refusal.unexpected(sql, get(index), where);
  }
}
