package io.attx.datasource.image;

import io.attx.undolog.UndoEntry;
import java.sql.SQLException;
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
