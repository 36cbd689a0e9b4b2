package io.attx.protocol;

import io.attx.BranchRef;
import io.attx.ResourceId;

/**
 * What a resource manager shall do with one branch in phase two. Every command is idempotent.
 *
 * @param ref the branch
 * @param resource where it lives
 * @param action what to do
 * @param locallyCommitted whether the branch was reported as committed locally, so that a missing
 *     undo row is an error and not a branch that never arrived
 * @param dirtyPolicy the {@link BeginInfo#dirtyPolicy} of the transaction; empty where there is
 *     none
 */
public record BranchCommand(
    BranchRef ref,
    ResourceId resource,
    Action action,
    boolean locallyCommitted,
    String dirtyPolicy) {
  /** Of a transaction without a policy of its own. */
  public BranchCommand(
      BranchRef ref, ResourceId resource, Action action, boolean locallyCommitted) {
    this(ref, resource, action, locallyCommitted, "");
  }

  /** What to do. */
  public enum Action {
    /** The transaction is committed: delete the undo row; answered by {@code UNDO_DELETED}. */
    COMMIT,
    /**
     * Compensate; answered by {@code UNDONE}, {@code FENCED}, {@code QUARANTINED} or {@code RETRY}.
     */
    ROLLBACK,
    /** The branch is recorded as undone: delete its marker; answered by {@code UNDO_DELETED}. */
    FORGET
  }
}
