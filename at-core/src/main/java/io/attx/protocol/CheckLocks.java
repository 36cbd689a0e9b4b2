package io.attx.protocol;

import io.attx.LockRequest;
import io.attx.ResourceId;
import io.attx.Xid;
import java.util.List;

/**
 * Waits until no other transaction holds a conflicting lock, and takes nothing; answered by {@link
 * Done}.
 *
 * @param xid whose own locks do not conflict
 * @param resource the lock space
 * @param locks what to look at
 * @param waitMillis how long to wait; 0 refuses at once
 * @param holdsRowLocks as in {@link RegisterBranch}
 */
public record CheckLocks(
    Xid xid, ResourceId resource, List<LockRequest> locks, long waitMillis, boolean holdsRowLocks)
    implements Request {
  /** Copies the list. */
  public CheckLocks {
    locks = List.copyOf(locks);
  }
}
