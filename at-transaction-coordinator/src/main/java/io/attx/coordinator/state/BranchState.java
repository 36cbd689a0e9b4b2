package io.attx.coordinator.state;

/**
 * The state of a registered branch. The table of legal moves:
 *
 * <pre>
 * REGISTERED        -> LOCALLY_COMMITTED, FAILED, UNKNOWN_END   reported by its owner
 *                   -> QUARANTINED, UNDONE                      phase two, while nothing is reported
 * LOCALLY_COMMITTED -> QUARANTINED, UNDONE                      rollback
 *                   -> FORGOTTEN                                commit, undo row deleted
 * FAILED            -> QUARANTINED, UNDONE                      rollback that was already under way
 *                   -> FORGOTTEN                                nothing to undo
 * UNKNOWN_END       -> QUARANTINED, UNDONE                      rollback
 * QUARANTINED       -> UNDONE                                   resolved
 * UNDONE            -> FORGOTTEN                                marker deleted
 * </pre>
 */
public enum BranchState {
  /** Granted; its local end is not reported. */
  REGISTERED,
  /** Reported as committed locally. */
  LOCALLY_COMMITTED,
  /** Reported as rolled back locally. */
  FAILED,
  /** Its owner does not know the local end; only the database does. */
  UNKNOWN_END,
  /** It cannot be undone without a person. Its locks stay. */
  QUARANTINED,
  /** Undone or fenced; the marker may still be in the undo table. */
  UNDONE,
  /** Nothing of it is left in the undo table. */
  FORGOTTEN;

  /** Whether the table allows the move. */
  public boolean mayBecome(BranchState next) {
    return switch (this) {
      case REGISTERED ->
          switch (next) {
            case LOCALLY_COMMITTED, FAILED, UNKNOWN_END, QUARANTINED, UNDONE -> true;
            case REGISTERED, FORGOTTEN -> false;
          };
      case LOCALLY_COMMITTED, FAILED -> next == QUARANTINED || next == UNDONE || next == FORGOTTEN;
      case UNKNOWN_END -> next == QUARANTINED || next == UNDONE;
      case QUARANTINED -> next == UNDONE;
      case UNDONE -> next == FORGOTTEN;
      case FORGOTTEN -> false;
    };
  }

  /** Whether phase two of a rollback is over for it. */
  public boolean isUndone() {
    return this == UNDONE || this == FORGOTTEN;
  }
}
