package io.attx.datasource.undo;

import io.attx.BranchRef;
import io.attx.dirty.DirtyPolicies;

/**
 * What is to be undone, and how its dirty rows are to be treated.
 *
 * @param branch the branch
 * @param locallyCommitted whether an undo row must be there
 * @param policies what was declared with the global transaction
 * @param decisions what a person decided
 */
public record UndoOrder(
    BranchRef branch,
    boolean locallyCommitted,
    DirtyPolicies policies,
    OperatorDecisions decisions) {
  /** With the declared policies of the data source. */
  public UndoOrder(BranchRef branch, boolean locallyCommitted) {
    this(branch, locallyCommitted, DirtyPolicies.NONE, OperatorDecisions.NONE);
  }
}
