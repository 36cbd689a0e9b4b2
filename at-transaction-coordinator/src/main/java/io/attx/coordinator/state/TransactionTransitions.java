package io.attx.coordinator.state;

import io.attx.GlobalStatus;

/**
 * The legal moves of a global transaction:
 *
 * <pre>
 * ACTIVE         -> COMMIT_PENDING   asked to commit, local ends are missing
 *                -> COMMITTING       asked to commit, every branch is committed locally
 *                -> COMMITTED        asked to commit, no branch
 *                -> ROLLING_BACK     asked to roll back, time is up, session gone, a branch's end is unknown
 *                -> ROLLED_BACK      the same, no branch
 * COMMIT_PENDING -> COMMITTING, COMMITTED, ROLLING_BACK, ROLLED_BACK
 * COMMITTING     -> COMMITTED        all undo rows are deleted
 * ROLLING_BACK   -> ROLLED_BACK      all branches are undone
 * </pre>
 */
public final class TransactionTransitions {
  private TransactionTransitions() {}

  /** Whether the table allows the move. */
  public static boolean allows(GlobalStatus from, GlobalStatus to) {
    return switch (from) {
      case ACTIVE ->
          to == GlobalStatus.COMMIT_PENDING
              || to == GlobalStatus.COMMITTING
              || to == GlobalStatus.COMMITTED
              || to == GlobalStatus.ROLLING_BACK
              || to == GlobalStatus.ROLLED_BACK;
      case COMMIT_PENDING ->
          to == GlobalStatus.COMMITTING
              || to == GlobalStatus.COMMITTED
              || to == GlobalStatus.ROLLING_BACK
              || to == GlobalStatus.ROLLED_BACK;
      case COMMITTING -> to == GlobalStatus.COMMITTED;
      case ROLLING_BACK -> to == GlobalStatus.ROLLED_BACK;
      case COMMITTED, ROLLED_BACK, UNKNOWN -> false;
    };
  }
}
