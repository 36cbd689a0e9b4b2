package io.attx.datasource.image;

import io.attx.LockRequest;
import io.attx.RowLockKey;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** What other global transactions hold; the port from image queries to the coordinator. */
@FunctionalInterface
public interface GlobalRows {
  /** No other global transaction holds anything. */
  GlobalRows FREE = locks -> Set.of();

  /**
   * Which of these locks cannot be had now. Takes nothing and does not wait.
   *
   * @throws SQLException when that cannot be told
   */
  Set<RowLockKey> heldByOthers(List<LockRequest> locks) throws SQLException;
}
