package io.attx.protocol;

/** What a resource manager may do with an undo row that it found. */
public enum BranchFate {
  /** Undecided, or being ended by commands of the coordinator: leave it alone. */
  LIVE,
  /** The transaction is committed: delete the undo row. */
  COMMITTED,
  /**
   * The branch was recorded as undone and its marker is no longer needed: delete a row in state
   * UNDONE or FENCE. A row in state UNDO is an escaped branch: compensate it and raise an alarm.
   */
  ROLLED_BACK,
  /** The coordinator has no record: keep the row and report it as an orphan. */
  UNKNOWN
}
