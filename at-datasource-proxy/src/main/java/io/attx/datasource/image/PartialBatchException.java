package io.attx.datasource.image;

import java.sql.BatchUpdateException;
import java.sql.SQLException;

/**
 * Some items of a batch failed, and the others took effect, as the driver does it. What these
 * changed must be undone like anything else; the application gets the failure inside.
 */
public final class PartialBatchException extends SQLException {
  private final transient StatementOutcome outcome;
  private final BatchUpdateException failure;

  PartialBatchException(StatementOutcome outcome, BatchUpdateException failure) {
    super(failure.getMessage(), failure.getSQLState(), failure.getErrorCode(), failure);
    this.outcome = outcome;
    this.failure = failure;
  }

  /** What the items did that took effect. */
  public StatementOutcome outcome() {
    return outcome;
  }

  /** What the application gets. */
  public BatchUpdateException failure() {
    return failure;
  }
}
