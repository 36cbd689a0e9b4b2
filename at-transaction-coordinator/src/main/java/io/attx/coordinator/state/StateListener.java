package io.attx.coordinator.state;

import io.attx.ResourceId;
import io.attx.RowLockKey;

/**
 * Hears what happens inside {@link CoordinatorState#apply}. Must not change the state; a listener
 * that keeps derived structures only takes notes. Silent while a snapshot is loaded.
 */
public interface StateListener {
  /** Hears nothing. */
  StateListener NONE = new StateListener() {};

  /** A transaction was begun. */
  default void began(Transaction transaction) {}

  /** A commit waits for local ends. */
  default void commitPending(Transaction transaction) {}

  /** COMMITTING, COMMITTED, ROLLING_BACK or ROLLED_BACK was reached from an undecided state. */
  default void decided(Transaction transaction) {}

  /** All branches are undone; markers may be left. */
  default void rolledBack(Transaction transaction) {}

  /** Nothing is left to do; the transaction is only remembered from now on. */
  default void ended(Transaction transaction) {}

  /** A transaction holds less on this key than before. */
  default void lockReleased(ResourceId resource, RowLockKey key) {}

  /** The branch was taken out without phase two, because its local transaction rolled back. */
  default void branchRemoved(Branch branch) {}

  /** The branch is recorded as undone. */
  default void branchUndone(Branch branch) {}

  /** The owner of an undone branch has reported, or the wait for that has a limit now. */
  default void markerReleasable(Branch branch) {}

  /** The branch went into quarantine, or there is a newer report about it. */
  default void branchQuarantined(Branch branch) {}

  /** There is a decision about the branch in quarantine, to be carried out. */
  default void resolutionStarted(Branch branch) {}

  /** A decision about a branch in quarantine was carried out, or cannot be. */
  default void resolutionEnded(
      Branch branch, Resolution resolution, Resolution.End end, String outcome) {}

  /** There is a new entry in the audit trail. */
  default void audited(AuditEntry entry) {}

  /** Nothing of the branch is left in the undo table. */
  default void branchForgotten(Branch branch) {}

  /** A session was opened. */
  default void sessionOpened(Session session) {}

  /** The session does not exist any more. */
  default void sessionExpired(Session session) {}
}
