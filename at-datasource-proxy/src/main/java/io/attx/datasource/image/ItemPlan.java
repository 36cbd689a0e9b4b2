package io.attx.datasource.image;

import java.sql.SQLException;

/** A planned statement that runs item by item. Immutable but for texts made on demand. */
@FunctionalInterface
interface ItemPlan {
  /** Runs one item. */
  StatementOutcome run(Execution execution, BoundParameters parameters) throws SQLException;
}
