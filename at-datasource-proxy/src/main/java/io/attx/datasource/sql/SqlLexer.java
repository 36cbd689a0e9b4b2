package io.attx.datasource.sql;

import io.attx.datasource.sql.Token.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts one text into tokens as the database of {@link SqlFlags} would. Where two servers, or server
 * and driver, could disagree about the end of a literal, a comment or a placeholder, the text is
 * refused: everything behind such a place would be a guess.
 */
final class SqlLexer {
  /** The leading comment that asks for no protection. */
  static final String UNPROTECTED = "attx:unprotected";

  /** More brackets inside each other than any database accepts. */
  static final int MAX_DEPTH = 4096;

  private static final String SPLIT = "Rewrite this part of the text in a common form.";
  private static final String POSTGRESQL_OPERATORS = "+-*/<>=~!@#%^&|`";
  private static final String OTHER_OPERATORS = "+-*/<>=~!%^&|:";
  private static final String[] LONG_OPERATORS = {
    "<=>", "->>", ":=", "::", "->", "<=", ">=", "<>", "!=", "||", "&&", "<<", ">>", "=>"
  };

  private final String sql;
  private final LexicalRules rules;
  private final List<Token> tokens = new ArrayList<>();
  private final StringBuilder closers = new StringBuilder();
  private int pos;
  private int parameters;
  private boolean unprotected;

  private SqlLexer(String sql, SqlFlags flags) {
    this.sql = sql;
    this.rules = new LexicalRules(flags);
  }

  /**
   * Cuts a text.
   *
   * @throws Refusal where the text is incomplete or ambiguous
   */
  static LexedSql lex(String sql, SqlFlags flags) {
    SqlLexer lexer = new SqlLexer(sql, flags);
    lexer.run();
    return new LexedSql(lexer.tokens, lexer.parameters, lexer.unprotected);
  }

  private void run() {
    boolean atBeginning = true;
    while (pos < sql.length()) {
      char c = sql.charAt(pos);
      if (LexicalRules.isSpace(c)) {
        pos++;
      } else {
        if (!comment(c, atBeginning)) {
          token(c);
        }
        atBeginning = false;
      }
    }
    if (!closers.isEmpty()) {
      throw new Refusal(
          "A bracket is not closed: '" + closers.charAt(closers.length() - 1) + "' is missing.",
          "Correct the statement.");
    }
  }

  private char at(int index) {
    return index < sql.length() ? sql.charAt(index) : '\0';
  }

  // ---- comments

  private boolean comment(char c, boolean atBeginning) {
    if (c == '-' && at(pos + 1) == '-' && dashesAreComment()) {
      lineComment(pos + 2);
      return true;
    }
    if ((c == '#' && rules.mysqlFamily) || (c == '/' && at(pos + 1) == '/' && rules.h2)) {
      lineComment(pos + 1);
      return true;
    }
    if (c == '/' && at(pos + 1) == '*') {
      int start = pos + 2;
      blockComment();
      unprotected |= atBeginning && sql.substring(start, pos - 2).trim().equals(UNPROTECTED);
      return true;
    }
    return false;
  }

  private boolean dashesAreComment() {
    if (!rules.mysqlFamily) {
      return true;
    }
    char next = at(pos + 2);
    return pos + 2 >= sql.length() || next == ' ' || Character.isISOControl(next);
  }

  private void lineComment(int from) {
    int end = from;
    while (end < sql.length() && sql.charAt(end) != '\n') {
      if (sql.charAt(end) == '\r' && end + 1 < sql.length() && sql.charAt(end + 1) != '\n') {
        throw new Refusal(
            "A line comment holds a single carriage return, which ends it on some databases only.",
            "Separate lines by line feeds.");
      }
      end++;
    }
    pos = end;
  }

  private void blockComment() {
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
          throw new Refusal("A comment holds another comment.", SPLIT);
        }
        depth++;
        pos += 2;
      } else {
        pos++;
      }
    }
  }

  // ---- tokens

  private void token(char c) {
    switch (c) {
      case '\'' -> string(pos, pos, rules.backslashEscapes);
      case '"' -> {
        if (rules.doubleQuoteIsString) {
          string(pos, pos, rules.backslashEscapes);
        } else {
          quotedName(pos, pos);
        }
      }
      case '`' -> backtick();
      case '(' -> open(')');
      case '[' -> open(']');
      case '{' -> open('}');
      case ')', ']', '}' -> close(c);
      case ',' -> add(Kind.COMMA, pos + 1);
      case ';' -> semicolon();
      case '.' -> dot();
      case '?' -> question();
      case '@' -> variable();
      default -> other(c);
    }
  }

  private void other(char c) {
    if (LexicalRules.isDigit(c)) {
      number();
    } else if (c == '$' && !rules.mysqlFamily) {
      dollar();
    } else if (rules.isNameStart(c)) {
      word();
    } else {
      operator(c);
    }
  }

  private void add(Kind kind, int end) {
    add(kind, end, "");
  }

  private void add(Kind kind, int end, String keyword) {
    tokens.add(new Token(kind, pos, end, closers.length(), parameters, keyword));
    pos = end;
  }

  private Refusal invalid(String what) {
    return new Refusal(what + " at character " + (pos + 1) + ".", SPLIT);
  }

  private void open(char closer) {
    if (closers.length() >= MAX_DEPTH) {
      throw new Refusal(
          "More than " + MAX_DEPTH + " brackets stand inside each other.", "Simplify the text.");
    }
    add(Kind.OPEN, pos + 1);
    closers.append(closer);
  }

  private void close(char c) {
    int last = closers.length() - 1;
    if (last < 0 || closers.charAt(last) != c) {
      throw invalid("A bracket '" + c + "' closes nothing");
    }
    closers.setLength(last);
    add(Kind.CLOSE, pos + 1);
  }

  private void semicolon() {
    if (!closers.isEmpty()) {
      throw invalid("A semicolon stands inside brackets");
    }
    add(Kind.SEMICOLON, pos + 1);
  }

  private void dot() {
    boolean behindName = !tokens.isEmpty() && last().isName() && last().end() == pos;
    if (!LexicalRules.isDigit(at(pos + 1))) {
      add(Kind.DOT, pos + 1);
    } else if (behindName) {
      add(Kind.DOT, pos + 1);
      if (!rules.mysqlFamily) {
        throw invalid("A digit follows a dot");
      }
      word();
    } else {
      number();
    }
  }

  private Token last() {
    return tokens.get(tokens.size() - 1);
  }

  private void question() {
    if (at(pos + 1) == '?' && rules.postgresql) {
      add(Kind.OPERATOR, pos + 2);
      return;
    }
    if (LexicalRules.isDigit(at(pos + 1))) {
      throw invalid("A numbered placeholder stands");
    }
    add(Kind.PARAMETER, pos + 1);
    parameters++;
  }

  private void variable() {
    if (rules.postgresql) {
      operator('@');
      return;
    }
    int end = pos + 1;
    if (at(end) == '@') {
      end++;
    }
    char c = at(end);
    if (c == '\'' || c == '"' || c == '`') {
      end = endOfQuoted(end, c, c != '`' && rules.backslashEscapes && rules.mysqlFamily);
    } else {
      while (rules.isNamePart(at(end)) || (at(end) == '.' && rules.mysqlFamily)) {
        end++;
      }
      if (at(end) == '`') {
        end = endOfQuoted(end, '`', false);
      }
    }
    add(Kind.VARIABLE, end);
  }

  // ---- quoted things

  private void backtick() {
    if (rules.postgresql) {
      operator('`');
    } else if (rules.mysqlFamily) {
      add(Kind.QUOTED, endOfQuoted(pos, '`', false));
    } else {
      throw invalid("A backtick stands");
    }
  }

  private void quotedName(int start, int quoteAt) {
    pos = start;
    add(Kind.QUOTED, endOfQuoted(quoteAt, '"', false));
  }

  private void string(int start, int quoteAt, boolean backslash) {
    char quote = sql.charAt(quoteAt);
    int end = endOfQuoted(quoteAt, quote, backslash);
    if (rules.postgresql) {
      for (int next = continuation(end); next >= 0; next = continuation(end)) {
        if (backslash) {
          throw new Refusal(
              "A literal with backslash escapes continues on another line.",
              "Write it as one literal.");
        }
        end = endOfQuoted(next, quote, false);
      }
    }
    pos = start;
    add(Kind.STRING, end);
  }

  /** PostgreSQL continues a literal behind white space with a line feed: where, or -1. */
  private int continuation(int from) {
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

  private int endOfQuoted(int quoteAt, char quote, boolean backslash) {
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

  private void dollar() {
    int i = pos + 1;
    if (LexicalRules.isDigit(at(i))) {
      throw invalid("A numbered placeholder stands");
    }
    if (rules.postgresql) {
      while (at(i) != '$' && i < sql.length() && rules.isNamePart(sql.charAt(i))) {
        i++;
      }
    }
    boolean spaceBefore = pos == 0 || LexicalRules.isSpace(sql.charAt(pos - 1));
    if (at(i) != '$' || (rules.h2 && !spaceBefore)) {
      throw invalid("A dollar sign stands outside a literal");
    }
    String delimiter = sql.substring(pos, i + 1);
    int end = sql.indexOf(delimiter, i + 1);
    if (end < 0) {
      throw invalid("A dollar-quoted literal is not closed that begins");
    }
    add(Kind.STRING, end + delimiter.length());
  }

  // ---- words, numbers, operators

  private void word() {
    int end = pos;
    while (end < sql.length() && rules.isNamePart(sql.charAt(end))) {
      if (rules.isAmbiguous(sql.charAt(end))) {
        throw invalid("A character that databases read differently stands in a word");
      }
      end++;
    }
    if (end - pos == 1 && prefixed(end)) {
      return;
    }
    boolean behindDot = !tokens.isEmpty() && last().kind() == Kind.DOT;
    boolean qualified = behindDot || at(end) == '.';
    add(Kind.WORD, end, qualified ? "" : upperCase(pos, end));
  }

  /** A literal or name whose first letter tells how it is read, as {@code E'…'}. */
  private boolean prefixed(int quoteAt) {
    char letter = sql.charAt(pos);
    if ((letter == 'u' || letter == 'U') && !rules.mysqlFamily && at(quoteAt) == '&') {
      char quote = at(quoteAt + 1);
      if (quote == '\'') {
        string(pos, quoteAt + 1, false);
        return true;
      }
      if (quote == '"') {
        quotedName(pos, quoteAt + 1);
        return true;
      }
      return false;
    }
    if (at(quoteAt) != '\'' || !rules.isStringPrefix(letter)) {
      return false;
    }
    int start = pos;
    string(start, quoteAt, rules.escapesAfterPrefix(letter));
    boolean digits = (letter | 0x20) == 'x' || (letter | 0x20) == 'b';
    if (digits && sql.substring(start, pos).indexOf('\\') >= 0) {
      throw new Refusal("A backslash stands in a literal of digits.", "Correct the statement.");
    }
    return true;
  }

  private String upperCase(int start, int end) {
    int length = end - start;
    if (length > Words.LONGEST) {
      return "";
    }
    char[] upper = new char[length];
    for (int i = 0; i < length; i++) {
      char c = sql.charAt(start + i);
      upper[i] = c >= 'a' && c <= 'z' ? (char) (c - 32) : c;
    }
    return new String(upper);
  }

  private void number() {
    int end = endOfNumber();
    if (end < sql.length() && rules.isNamePart(sql.charAt(end))) {
      boolean whole = sql.substring(pos, end).chars().allMatch(c -> c >= '0' && c <= '9');
      if (rules.mysqlFamily && whole) {
        word(); // a name may begin with digits there
        return;
      }
      throw invalid("A number runs into a word");
    }
    add(Kind.NUMBER, end);
  }

  private int endOfNumber() {
    if (at(pos) == '0') {
      int end = endOfRadix((char) (at(pos + 1) | 0x20), pos + 2);
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

  private int endOfRadix(char radix, int from) {
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

  private void operator(char c) {
    if (rules.postgresql && POSTGRESQL_OPERATORS.indexOf(c) >= 0) {
      postgresqlOperator();
      return;
    }
    if (rules.postgresql && c != ':') {
      throw invalid("The character '" + c + "' stands");
    }
    if (!rules.postgresql && OTHER_OPERATORS.indexOf(c) < 0) {
      throw invalid("The character '" + c + "' stands");
    }
    for (String candidate : LONG_OPERATORS) {
      if (sql.startsWith(candidate, pos)) {
        add(Kind.OPERATOR, pos + candidate.length());
        return;
      }
    }
    add(Kind.OPERATOR, pos + 1);
  }

  /** The longest run, but a sign at its end belongs to the operand unless the run is special. */
  private void postgresqlOperator() {
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
    add(Kind.OPERATOR, end);
  }
}
