package io.attx.datasource.sql;

/**
 * One token of a text.
 *
 * @param kind what it is
 * @param start index of its first character
 * @param end index after its last character
 * @param depth how many brackets are open around it; a bracket has the depth of its surroundings
 * @param firstParameter how many placeholders stand before it
 * @param keyword the upper-case text of a WORD that can be a keyword; empty for all else, and for a
 *     word behind a dot, which never is one (nor, on MySQL and MariaDB, in front of {@code .name})
 */
record Token(Kind kind, int start, int end, int depth, int firstParameter, String keyword) {
  /** What a token is. */
  enum Kind {
    /** An unquoted name or keyword. */
    WORD,
    /** A quoted name. */
    QUOTED,
    /** A string literal of any form. */
    STRING,
    /** A number without sign. */
    NUMBER,
    /** A placeholder. */
    PARAMETER,
    /** A user or system variable. */
    VARIABLE,
    /** An operator or other punctuation. */
    OPERATOR,
    /** An opening bracket of any kind. */
    OPEN,
    /** A closing bracket of any kind. */
    CLOSE,
    /** A comma. */
    COMMA,
    /** A dot. */
    DOT,
    /** A semicolon. */
    SEMICOLON
  }

  /** Whether it is this keyword, given in upper case. */
  boolean is(String word) {
    return keyword.equals(word);
  }

  /** Whether it is one character of punctuation. */
  boolean isChar(String sql, char c) {
    return end - start == 1 && sql.charAt(start) == c;
  }

  /** Whether it can be a name. */
  boolean isName() {
    return kind == Kind.WORD || kind == Kind.QUOTED;
  }

  /** How many placeholders stand before its end. */
  int parametersAtEnd() {
    return kind == Kind.PARAMETER ? firstParameter + 1 : firstParameter;
  }

  /** Its text, shortened for a message. */
  String shortText(String sql) {
    return end - start <= 40 ? sql.substring(start, end) : sql.substring(start, start + 40) + "…";
  }
}
