package io.attx.client;

import io.attx.BranchRef;
import io.attx.LocalEnd;
import io.attx.LockRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * One local transaction as a branch, from its first statement to its local end. Used by one thread
 * at a time.
 */
public interface ClientBranch {
  /** Its name; known before it is registered. */
  BranchRef ref();

  /**
   * Registers the branch with all its row locks without waiting. At most once per branch.
   *
   * @param wait how long to wait in line for locks; zero refuses at once
   * @param holdsRowLocks whether the local transaction holds database row locks meanwhile
   * @return completes with the grant, or exceptionally with {@link BranchRefusedException} or
   *     {@link io.attx.CoordinatorUnavailableException}; after any failure call {@link #ended} with
   *     FAILED
   */
  CompletableFuture<Grant> register(List<LockRequest> locks, Duration wait, boolean holdsRowLocks);

  /** The undo row was written, for those who watch. */
  void undoWritten(int rows, long bytes);

  /**
   * The local transaction ended; call exactly once, whatever happened. Reports it where the
   * coordinator needs to know: with the commit message of this process, or at once. Never blocks
   * and never fails; a report that cannot be sent now is sent when the connection is back.
   */
  void ended(LocalEnd end);

  /**
   * A registration that was granted.
   *
   * @param deadlineNanos on the scale of {@link System#nanoTime()}: after this do not commit
   *     locally
   */
  record Grant(long deadlineNanos) {}
}
