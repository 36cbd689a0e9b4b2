package io.attx.datasource.image;

import io.attx.datasource.dialect.AtDialect;
import java.sql.SQLException;

/**
 * Runs statements of the application so that every row that changes is imaged before and after, and
 * found rows are locked. Thread-safe.
 */
public final class ImagedStatements {
  /** For one database. */
  public ImagedStatements(AtDialect dialect, ImageLimits limits) {
    throw new UnsupportedOperationException("contract only " + dialect + limits);
  }

  /**
   * Runs one statement or batch.
   *
   * @throws StatementRefusedException before anything executed
   * @throws UnprotectedChangeException when the images do not prove what changed: the local
   *     transaction must be rolled back
   * @throws SQLException as the driver threw it; {@link java.sql.BatchUpdateException} with partial
   *     counts for a batch
   */
  public StatementOutcome run(StatementRequest request) throws SQLException {
    throw new UnsupportedOperationException("contract only " + request);
  }
}
