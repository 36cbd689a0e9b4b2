package io.attx;

/** The state of a global transaction as the coordinator knows it. */
public enum GlobalStatus {
  /** Open: branches may register. */
  ACTIVE,
  /** A commit was asked for while branches are open locally; their reports are awaited. */
  COMMIT_PENDING,
  /** Durably decided: all branches are committed; undo rows are being deleted. */
  COMMITTING,
  /** Committed, and no undo row is left. */
  COMMITTED,
  /** Durably decided: branches are being undone. */
  ROLLING_BACK,
  /** All branches are undone. */
  ROLLED_BACK,
  /** The coordinator has no record; for a used id this means that it ended long ago. */
  UNKNOWN;

  /** Whether the outcome can no longer change. */
  public boolean isDecided() {
    return switch (this) {
      case COMMITTING, COMMITTED, ROLLING_BACK, ROLLED_BACK -> true;
      case ACTIVE, COMMIT_PENDING, UNKNOWN -> false;
    };
  }
}
