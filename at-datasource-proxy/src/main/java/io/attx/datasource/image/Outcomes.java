package io.attx.datasource.image;

import io.attx.undolog.UndoEntry;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.List;

/** Builds outcomes. */
final class Outcomes {
  private Outcomes() {}

  /** No row was concerned and nothing was sent. */
  static StatementOutcome nothing() {
    return new StatementOutcome(new long[] {0}, null, null, null, List.of(), List.of());
  }

  /** Rows were changed. */
  static StatementOutcome changed(
      long count, Statement executed, UndoEntry.Kind kind, Changes changes) {
    return new StatementOutcome(
        new long[] {count},
        executed,
        null,
        null,
        changes.entries(kind),
        changes.locks().requests());
  }

  /**
   * Takes a statement back that failed; where it ran and its images did not prove what it changed,
   * that is a refusal then.
   */
  static SQLException refusedIfUnproved(
      Execution execution, Savepoint savepoint, SQLException failure) {
    SQLException known = execution.takenBack(savepoint, failure);
    if (!(failure instanceof UnprotectedChangeException) || known != failure) {
      return known;
    }
    StatementRefusedException refused =
        execution.refused(
            "it was taken back, because its images do not prove what it changed: "
                + failure.getMessage(),
            "pass the values of key and unique columns exactly as they are stored, row by row.");
    refused.addSuppressed(failure);
    return refused;
  }

  /** Closes what was executed and does not count. */
  static void close(StatementOutcome outcome) throws SQLException {
    if (outcome.executed() != null) {
      outcome.executed().close();
    }
  }

  /** Closes a statement that failed; a second failure is kept with the first. */
  static SQLException closed(Statement statement, SQLException failure) {
    try {
      statement.close();
    } catch (SQLException second) {
      failure.addSuppressed(second);
    }
    return failure;
  }
}
