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
  private final String sql;
  private final LexicalRules rules;
  private final TokenEnds ends;
  private final List<Token> tokens = new ArrayList<>();
  private final StringBuilder closers = new StringBuilder();
  private int pos;
  private int parameters;
  private boolean unprotected;

  private SqlLexer(String sql, SqlFlags flags) {
    this.sql = sql;
    this.rules = new LexicalRules(flags);
    this.ends = new TokenEnds(sql, rules);
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
    boolean dashes = c == '-' && at(pos + 1) == '-' && ends.dashesAreComment(pos);
    boolean slashes = c == '/' && at(pos + 1) == '/' && rules.h2;
    if (dashes || slashes || (c == '#' && rules.mysqlFamily)) {
      pos = ends.ofLineComment(pos);
      return true;
    }
    if (c == '/' && at(pos + 1) == '*') {
      int start = pos + 2;
      pos = ends.ofBlockComment(pos);
      unprotected |= atBeginning && sql.substring(start, pos - 2).trim().equals(UNPROTECTED);
      return true;
    }
    return false;
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
      end = ends.ofQuoted(end, c, c != '`' && rules.backslashEscapes && rules.mysqlFamily);
    } else {
      while (rules.isNamePart(at(end)) || (at(end) == '.' && rules.mysqlFamily)) {
        end++;
      }
      if (at(end) == '`') {
        end = ends.ofQuoted(end, '`', false);
      }
    }
    add(Kind.VARIABLE, end);
  }

  // ---- quoted things

  private void backtick() {
    if (rules.postgresql) {
      operator('`');
    } else if (rules.mysqlFamily) {
      add(Kind.QUOTED, ends.ofQuoted(pos, '`', false));
    } else {
      throw invalid("A backtick stands");
    }
  }

  private void quotedName(int start, int quoteAt) {
    pos = start;
    add(Kind.QUOTED, ends.ofQuoted(quoteAt, '"', false));
  }

  private void string(int start, int quoteAt, boolean backslash) {
    char quote = sql.charAt(quoteAt);
    int end = ends.ofQuoted(quoteAt, quote, backslash);
    if (rules.postgresql) {
      for (int next = ends.ofContinuation(end); next >= 0; next = ends.ofContinuation(end)) {
        if (backslash) {
          throw new Refusal(
              "A literal with backslash escapes continues on another line.",
              "Write it as one literal.");
        }
        end = ends.ofQuoted(next, quote, false);
      }
    }
    pos = start;
    add(Kind.STRING, end);
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
    boolean qualifies = rules.mysqlFamily && at(end) == '.' && rules.isNamePart(at(end + 1));
    add(Kind.WORD, end, behindDot || qualifies ? "" : upperCase(pos, end));
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
    int end = ends.ofNumber(pos);
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

  private void operator(char c) {
    int end = ends.ofOperator(pos);
    if (end < 0) {
      throw invalid("The character '" + c + "' stands");
    }
    add(Kind.OPERATOR, end);
  }
}
