package io.attx.datasource.image;

import io.attx.datasource.dialect.AtDialect;
import io.attx.datasource.metadata.MetadataCache;
import java.sql.SQLException;

/**
 * Runs statements of the application so that every row that changes is imaged before and after, and
 * found rows are locked. Thread-safe.
 */
public final class ImagedStatements {
  /** For one database; parents of foreign keys are looked up in the cache. */
  public ImagedStatements(AtDialect dialect, MetadataCache tables, ImageLimits limits) {
    throw new UnsupportedOperationException(
        "contract only " + dialect + tables.getClass() + limits);
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
