package io.attx.protocol;

import io.attx.BranchId;
import io.attx.BranchType;
import io.attx.LockRequest;
import io.attx.ResourceId;
import io.attx.Xid;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks for a branch and all its row locks at once; answered by {@link BranchGranted} when both are
 * durable. Idempotent for equal content.
 *
 * @param xid the global transaction
 * @param begin begins the transaction with this branch; null where it was begun before
 * @param branch chosen by the client from its session
 * @param type the kind of participant
 * @param resource the lock space of {@code locks}, which also executes phase two
 * @param locks all or nothing; may be empty
 * @param waitMillis how long to wait in line for locks; 0 refuses at once
 * @param holdsRowLocks whether the client holds database row locks while it waits, so that it must
 *     not wait for a transaction that is rolling back
 */
public record RegisterBranch(
    Xid xid,
    @Nullable BeginInfo begin,
    BranchId branch,
    BranchType type,
    ResourceId resource,
    List<LockRequest> locks,
    long waitMillis,
    boolean holdsRowLocks)
    implements Request {
  /** Copies the list. */
  public RegisterBranch {
    locks = List.copyOf(locks);
  }
}
