package io.attx.datasource.jdbc;

import java.sql.SQLException;
import java.sql.SQLNonTransientException;

/**
 * The two ways to the value that a call of the application returns.
 *
 * @param expected what the call can return
 * @param passThrough executes the text as it is on the statement below
 * @param fromAnswer takes the value from what ran inside a branch
 */
record Reply<T>(Expected expected, SqlCall<T> passThrough, FromAnswer<T> fromAnswer) {
  /** What a call can return. */
  enum Expected {
    ROWS,
    COUNT,
    ANY
  }

  /** Takes a value from an answer. */
  @FunctionalInterface
  interface FromAnswer<T> {
    T take(Answer answer) throws SQLException;
  }

  static <T> Reply<T> rows(SqlCall<T> passThrough, FromAnswer<T> fromAnswer) {
    return new Reply<>(Expected.ROWS, passThrough, fromAnswer);
  }

  static <T> Reply<T> count(SqlCall<T> passThrough, FromAnswer<T> fromAnswer) {
    return new Reply<>(Expected.COUNT, passThrough, fromAnswer);
  }

  static <T> Reply<T> any(SqlCall<T> passThrough, FromAnswer<T> fromAnswer) {
    return new Reply<>(Expected.ANY, passThrough, fromAnswer);
  }

  /** Refuses, before anything executes, a statement that cannot give what the call returns. */
  void requirePossible(boolean givesRows, String sql) throws SQLException {
    if (expected == Expected.ROWS && !givesRows) {
      throw new SQLNonTransientException(
          "executeQuery needs a statement that returns rows; use executeUpdate: " + sql, "42000");
    }
    if (expected == Expected.COUNT && givesRows) {
      throw new SQLNonTransientException(
          "executeUpdate needs a statement that returns no rows; use executeQuery: " + sql,
          "42000");
    }
  }
}
