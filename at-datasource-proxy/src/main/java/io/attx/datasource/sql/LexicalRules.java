package io.attx.datasource.sql;

import io.attx.datasource.sql.SqlFlags.Syntax;

/** How the characters of a text form tokens, decided by the database and the live session. */
final class LexicalRules {
  final boolean mysqlFamily;
  final boolean postgresql;
  final boolean h2;
  final boolean backslashEscapes;
  final boolean doubleQuoteIsString;

  LexicalRules(SqlFlags flags) {
    Syntax syntax = flags.syntax();
    mysqlFamily = syntax == Syntax.MYSQL || syntax == Syntax.MARIADB;
    postgresql = syntax == Syntax.POSTGRESQL;
    h2 = syntax == Syntax.H2;
    backslashEscapes = flags.backslashEscapes() && !h2;
    doubleQuoteIsString = mysqlFamily && !flags.ansiQuotes();
  }

  static boolean isSpace(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }

  /** PostgreSQL and MySQL take every character beyond ASCII for a part of a name. */
  boolean isNameStart(char c) {
    return isAsciiLetter(c) || c == '_' || c >= 0x80 || (c == '$' && mysqlFamily);
  }

  boolean isNamePart(char c) {
    return isNameStart(c) || isDigit(c) || c == '$';
  }

  static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  static boolean isAsciiLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  /** Whether the characters before a quote change how the string is read. */
  boolean isStringPrefix(char c) {
    char lower = (char) (c | 0x20);
    return lower == 'n' || lower == 'x' || (lower == 'b' && !h2) || (lower == 'e' && postgresql);
  }

  /** Whether a body of this prefix has backslash escapes. */
  boolean escapesAfterPrefix(char prefix) {
    char lower = (char) (prefix | 0x20);
    return lower == 'e' || (lower == 'n' && backslashEscapes);
  }

  /**
   * Characters that one database reads as space and another as part of a name, or (H2) that it
   * folds into an ASCII letter of a keyword: {@code ınsert} is INSERT there.
   */
  boolean isAmbiguous(char c) {
    if (c < 0x80) {
      return false;
    }
    return Character.isWhitespace(c)
        || Character.isSpaceChar(c)
        || Character.isISOControl(c)
        || (h2 && (Character.isSurrogate(c) || foldsToAscii(c)));
  }

  private static boolean foldsToAscii(char c) {
    return Character.toUpperCase(c) < 0x80 || Character.toLowerCase(c) < 0x80;
  }
}
