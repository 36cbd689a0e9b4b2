package io.attx.datasource.jdbc;

import java.sql.SQLException;

/**
 * The two ways to the value that a call of the application returns.
 *
 * @param passThrough executes the text as it is on the statement below
 * @param fromAnswer takes the value from what ran inside a branch
 */
record Reply<T>(SqlCall<T> passThrough, FromAnswer<T> fromAnswer) {
  /** Takes a value from an answer. */
  @FunctionalInterface
  interface FromAnswer<T> {
    T take(Answer answer) throws SQLException;
  }

  static <T> Reply<T> of(SqlCall<T> passThrough, FromAnswer<T> fromAnswer) {
    return new Reply<>(passThrough, fromAnswer);
  }
}
