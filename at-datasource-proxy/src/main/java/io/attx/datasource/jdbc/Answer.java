package io.attx.datasource.jdbc;

import io.attx.datasource.image.StatementOutcome;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a statement object answers after the last execution ran inside a branch on other statements.
 * Used by one thread at a time.
 */
final class Answer {
  private final StatementOutcome outcome;
  private boolean consumed;

  Answer(StatementOutcome outcome) {
    this.outcome = outcome;
  }

  /** One that changed nothing and has nothing to tell. */
  static Answer nothing() {
    return new Answer(new StatementOutcome(new long[] {0}, null, null, null, List.of(), List.of()));
  }

  boolean isResultSet() {
    return outcome.resultSet() != null;
  }

  ResultSet requireResultSet() throws SQLException {
    ResultSet rows = outcome.resultSet();
    if (rows == null) {
      throw new SQLException("the statement returns no rows; use executeUpdate", "02000");
    }
    return rows;
  }

  long requireUpdateCount() throws SQLException {
    if (isResultSet()) {
      throw new SQLException("the statement returns rows; use executeQuery", "42000");
    }
    return outcome.updateCounts()[0];
  }

  long[] updateCounts() {
    return outcome.updateCounts();
  }

  @Nullable ResultSet resultSet() {
    return consumed ? null : outcome.resultSet();
  }

  long updateCount() {
    return consumed || isResultSet() || outcome.updateCounts().length != 1
        ? -1
        : outcome.updateCounts()[0];
  }

  /** There is only one result. */
  void moreResults() {
    consumed = true;
  }

  @Nullable SQLWarning warnings() throws SQLException {
    Statement executed = outcome.executed();
    return executed == null ? null : executed.getWarnings();
  }

  void clearWarnings() throws SQLException {
    Statement executed = outcome.executed();
    if (executed != null) {
      executed.clearWarnings();
    }
  }

  /** The generated keys; null where nothing was executed. */
  @Nullable ResultSet generatedKeys() throws SQLException {
    if (outcome.generatedKeys() != null) {
      return outcome.generatedKeys();
    }
    Statement executed = outcome.executed();
    return executed == null ? null : executed.getGeneratedKeys();
  }

  void close() throws SQLException {
    Statement executed = outcome.executed();
    if (executed != null) {
      executed.close();
    }
  }
}
