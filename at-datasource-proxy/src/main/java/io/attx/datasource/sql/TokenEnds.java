package io.attx.datasource.sql;

/** Where comments, literals, numbers and operators end that begin at an index of one text. */
final class TokenEnds {
  private static final String POSTGRESQL_OPERATORS = "+-*/<>=~!@#%^&|`";
  private static final String OTHER_OPERATORS = "+-*/<>=~!%^&|:";
  private static final String[] LONG_OPERATORS = {
    "<=>", "->>", ":=", "::", "->", "<=", ">=", "<>", "!=", "||", "&&", "<<", ">>", "=>"
  };

  private final String sql;
  private final LexicalRules rules;

  TokenEnds(String sql, LexicalRules rules) {
    this.sql = sql;
    this.rules = rules;
  }

  private char at(int index) {
    return index < sql.length() ? sql.charAt(index) : '\0';
  }

  // ---- comments

  /** Whether two dashes at an index begin a comment. */
  boolean dashesAreComment(int pos) {
    if (!rules.mysqlFamily) {
      return true;
    }
    char next = at(pos + 2);
    return next <= ' ' || next == 0x7f; // also at the end, where at() gives NUL
  }

  /** At the line feed or end of text that ends the comment. */
  int ofLineComment(int from) {
    int end = from;
    while (end < sql.length() && sql.charAt(end) != '\n') {
      if (sql.charAt(end) == '\r' && end + 1 < sql.length() && sql.charAt(end + 1) != '\n') {
        throw new Refusal(
            "A line comment holds a single carriage return, which ends it on some databases only.",
            "Separate lines by line feeds.");
      }
      end++;
    }
    return end;
  }

  /** Behind the comment that begins at an index. */
  int ofBlockComment(int from) {
    int pos = from;
    if (rules.mysqlFamily && (at(pos + 2) == '!' || (at(pos + 2) == 'M' && at(pos + 3) == '!'))) {
      throw new Refusal(
          "The text holds an executable comment ("
              + sql.substring(pos, pos + 3)
              + "…), whose content only the server can tell.",
          "Write the content as plain SQL.");
    }
    pos += 2;
    for (int depth = 1; depth > 0; ) {
      if (pos >= sql.length()) {
        throw new Refusal("A comment is not closed.", "Correct the statement.");
      }
      if (at(pos) == '*' && at(pos + 1) == '/') {
        depth--;
        pos += 2;
      } else if (at(pos) == '/' && at(pos + 1) == '*') {
        if (rules.mysqlFamily) {
          throw new Refusal("A comment holds another comment.", "Leave the comment out.");
        }
        depth++;
        pos += 2;
      } else {
        pos++;
      }
    }
    return pos;
  }

  // ---- literals

  /** PostgreSQL continues a literal behind white space with a line feed: where, or -1. */
  int ofContinuation(int from) {
    boolean newLine = false;
    for (int i = from; i < sql.length(); i++) {
      char c = sql.charAt(i);
      if (c == '\'') {
        return newLine ? i : -1;
      }
      if (c == '-' && at(i + 1) == '-') {
        int end = sql.indexOf('\n', i);
        if (end < 0) {
          return -1;
        }
        i = end;
        newLine = true;
      } else if (c == '\n' || c == '\r') {
        newLine = true;
      } else if (!LexicalRules.isSpace(c)) {
        return -1;
      }
    }
    return -1;
  }

  /** Behind the quote that closes the one at an index. */
  int ofQuoted(int quoteAt, char quote, boolean backslash) {
    int i = quoteAt + 1;
    while (i < sql.length()) {
      char c = sql.charAt(i);
      if (c == '\\' && backslash) {
        i += 2;
      } else if (c != quote) {
        i++;
      } else if (at(i + 1) == quote) {
        i += 2;
      } else {
        return i + 1;
      }
    }
    throw new Refusal(
        "A quote at character " + (quoteAt + 1) + " is not closed.", "Correct the statement.");
  }

  // ---- numbers

  /** Behind the number that begins at an index. */
  int ofNumber(int pos) {
    if (at(pos) == '0') {
      int end = ofRadix((char) (at(pos + 1) | 0x20), pos + 2);
      if (end > pos + 2) {
        return end;
      }
    }
    int end = digits(pos);
    if (at(end) == '.' && at(end + 1) != '.') {
      end = digits(end + 1);
    }
    if ((at(end) | 0x20) == 'e') {
      int exponent = at(end + 1) == '+' || at(end + 1) == '-' ? end + 2 : end + 1;
      if (LexicalRules.isDigit(at(exponent))) {
        end = digits(exponent);
      }
    }
    return end;
  }

  private int ofRadix(char radix, int from) {
    int end = from;
    while ((radix == 'x' && Character.digit(at(end), 16) >= 0 && at(end) < 0x80)
        || (radix == 'b' && (at(end) == '0' || at(end) == '1'))
        || (radix == 'o' && at(end) >= '0' && at(end) <= '7' && !rules.mysqlFamily)) {
      end++;
    }
    return end;
  }

  private int digits(int from) {
    int end = from;
    while (LexicalRules.isDigit(at(end))
        || (at(end) == '_'
            && !rules.mysqlFamily
            && end > from
            && LexicalRules.isDigit(at(end + 1)))) {
      end++;
    }
    return end;
  }

  // ---- operators

  /** Behind the operator at an index, or -1 where none begins. */
  int ofOperator(int pos) {
    char c = sql.charAt(pos);
    if (rules.postgresql && POSTGRESQL_OPERATORS.indexOf(c) >= 0) {
      return ofPostgresqlOperator(pos);
    }
    boolean known = rules.postgresql ? c == ':' : OTHER_OPERATORS.indexOf(c) >= 0;
    if (!known) {
      return -1;
    }
    for (String candidate : LONG_OPERATORS) {
      if (sql.startsWith(candidate, pos)) {
        return pos + candidate.length();
      }
    }
    return pos + 1;
  }

  /** The longest run, but a sign at its end belongs to the operand unless the run is special. */
  private int ofPostgresqlOperator(int pos) {
    int end = pos;
    boolean special = false;
    while (end < sql.length() && POSTGRESQL_OPERATORS.indexOf(sql.charAt(end)) >= 0) {
      char c = sql.charAt(end);
      char next = at(end + 1);
      if (end > pos && ((c == '-' && next == '-') || (c == '/' && next == '*'))) {
        break;
      }
      special |= "~!@#%^&|`".indexOf(c) >= 0;
      end++;
    }
    while (!special && end - pos > 1 && (at(end - 1) == '+' || at(end - 1) == '-')) {
      end--;
    }
    return end;
  }
}
