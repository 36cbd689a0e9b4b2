package io.attx.datasource.sql;

/**
 * What the live session decides about the meaning of SQL text; part of the cache key.
 *
 * @param syntax the family of SQL
 * @param backslashEscapes whether a backslash escapes inside a string literal
 * @param ansiQuotes whether {@code "x"} is an identifier
 */
public record SqlFlags(Syntax syntax, boolean backslashEscapes, boolean ansiQuotes) {
  /** The family of SQL. */
  public enum Syntax {
    /** MySQL. */
    MYSQL,
    /** MariaDB. */
    MARIADB,
    /** PostgreSQL. */
    POSTGRESQL,
    /** H2 in regular mode. */
    H2
  }
}
