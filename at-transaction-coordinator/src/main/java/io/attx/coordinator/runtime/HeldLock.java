package io.attx.coordinator.runtime;

import io.attx.BranchRef;
import io.attx.LockMode;
import io.attx.ResourceId;
import io.attx.RowLockKey;
import io.attx.Xid;
import java.util.List;

/**
 * A row lock, to be shown. Immutable.
 *
 * @param resource the lock space
 * @param key which row
 * @param mode how
 * @param holder the branch that asked for it
 * @param waiters transactions that wait in line for the row, the first ones
 */
public record HeldLock(
    ResourceId resource, RowLockKey key, LockMode mode, BranchRef holder, List<Xid> waiters) {
  /** Copies the list. */
  public HeldLock {
    waiters = List.copyOf(waiters);
  }
}
