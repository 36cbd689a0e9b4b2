package io.attx.coordinator.runtime;

import io.attx.BranchRef;

/**
 * What came of an operator's decision.
 *
 * @param branch which
 * @param state what came of it
 * @param resolution the number of the decision; 0 where it was not started
 * @param open how many rows still have no decision
 * @param message for people
 */
public record ResolveAnswer(
    BranchRef branch, State state, long resolution, int open, String message) {
  /** What came of it. */
  public enum State {
    /** The branch is undone. */
    UNDONE,
    /** Noted; other rows of the branch have no decision yet. */
    RECORDED,
    /** It is being carried out. */
    RUNNING,
    /** Nothing was changed: rows have changed since, or more rows are dirty. */
    HELD,
    /** Nothing was changed: the decision cannot be carried out. */
    REFUSED,
    /** The operator saw something else than what there is now. */
    CHANGED_SINCE,
    /** There is no such branch in quarantine, or no such row. */
    NOT_FOUND,
    /** The decision says nothing, or what does not fit. */
    INVALID
  }
}
