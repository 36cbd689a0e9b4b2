package io.attx.datasource.sql;

import java.util.Arrays;
import java.util.Set;

/**
 * The text of a statement as a parser may read it that knows less about its database than {@link
 * SqlLexer}: of the same length and structure, with filler where such a parser goes wrong. Comments
 * are blank; literals, variables and quoted names hold nothing special; an operator that not every
 * database has becomes a plus. Words, brackets, commas and placeholders stand where they stood.
 */
final class MaskedText {
  private static final Set<String> COMMON_OPERATORS =
      Set.of("=", "<", ">", "<=", ">=", "<>", "!=", "+", "-", "*", "/", "%", "||", "::");

  /** A longer literal is cut and followed by blanks: a parser's buffer need not hold it. */
  private static final int LONGEST_LITERAL = 16;

  private final StatementText text;
  private final int offset;
  private final char[] masked;

  private MaskedText(StatementText text) {
    SqlSlice body = text.body();
    this.text = text;
    this.offset = body.start();
    this.masked = new char[body.end() - body.start()];
    Arrays.fill(masked, ' ');
  }

  /** The body of a statement, masked; its first character is the first of the body. */
  static String of(StatementText text) {
    MaskedText result = new MaskedText(text);
    for (Token token : text.tokens()) {
      result.token(token);
    }
    return new String(result.masked);
  }

  /**
   * What remains of a name when it is masked, to be compared with what remains of another. Names
   * that differ in punctuation only remain equal.
   */
  static String remains(String name, boolean quoted) {
    StringBuilder result = new StringBuilder(name.length());
    for (int i = 0; i < name.length(); i++) {
      char c = i == 0 && !quoted ? inFront(name.charAt(0)) : plain(name.charAt(i));
      if (c != '_') {
        result.append(c);
      }
    }
    return result.toString();
  }

  private void token(Token token) {
    switch (token.kind()) {
      case STRING -> literal(token);
      case QUOTED -> quotedName(token);
      case NUMBER -> Arrays.fill(masked, start(token), end(token), '1');
      case VARIABLE -> variable(token);
      case WORD -> word(token);
      case OPERATOR -> operator(token);
      default -> copy(token);
    }
  }

  private int start(Token token) {
    return token.start() - offset;
  }

  private int end(Token token) {
    return token.end() - offset;
  }

  private void copy(Token token) {
    text.sql().getChars(token.start(), token.end(), masked, start(token));
  }

  private void literal(Token token) {
    int end = Math.min(end(token), start(token) + LONGEST_LITERAL);
    Arrays.fill(masked, start(token), end, 'x');
    masked[start(token)] = '\'';
    masked[end - 1] = '\'';
  }

  private void quotedName(Token token) {
    masked[start(token)] = '"';
    masked[end(token) - 1] = '"';
    for (int i = start(token) + 1; i < end(token) - 1; i++) {
      masked[i] = plain(text.sql().charAt(offset + i));
    }
  }

  private void variable(Token token) {
    Arrays.fill(masked, start(token), end(token), 'z');
    if (token.end() - token.start() > 1) {
      masked[start(token)] = '@';
    }
  }

  private void word(Token token) {
    masked[start(token)] = inFront(text.sql().charAt(token.start()));
    for (int i = start(token) + 1; i < end(token); i++) {
      masked[i] = plain(text.sql().charAt(offset + i));
    }
  }

  private void operator(Token token) {
    int start = start(token);
    if (!COMMON_OPERATORS.contains(text.sql().substring(token.start(), token.end()))) {
      masked[start] = '+';
      return;
    }
    copy(token);
    if (start > 0 && masked[start] == '-' && masked[start - 1] == '-') {
      masked[start] = ' '; // MySQL reads 1--1 as a difference, all others as a comment
    }
  }

  /** A name of MySQL may begin with a digit. */
  private static char inFront(char c) {
    return LexicalRules.isDigit(c) ? 'n' : plain(c);
  }

  private static char plain(char c) {
    if (LexicalRules.isAsciiLetter(c) || LexicalRules.isDigit(c)) {
      return c;
    }
    return c < 0x80 ? '_' : 'u';
  }
}
