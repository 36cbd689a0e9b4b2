package io.attx.client;

import io.attx.GlobalStatus;
import io.attx.LocalEnd;
import io.attx.ResourceId;
import io.attx.Xid;
import io.attx.protocol.BranchCommand;
import io.attx.protocol.BranchResult;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Watches what a client does, for metrics and traces; see {@link AtClientOptions#observer()}. Its
 * methods are called in the middle of the work: they return at once. What they throw is logged and
 * changes nothing. Thread-safe.
 */
public interface ClientObserver {

  /** A global transaction was begun and bound to the calling thread. */
  TransactionWatch begun(Xid xid, String name);

  /**
   * A local transaction became a branch; called on its thread.
   *
   * @param description the database, for people: product and URL without secrets
   */
  BranchWatch opened(Xid xid, ResourceId resource, String description);

  /** A command of phase two was carried out by this process. */
  void phaseTwo(
      String description, BranchCommand.Action action, BranchResult.Outcome outcome, Duration took);

  /** Watches one global transaction that this process began. */
  interface TransactionWatch {

    /** The coordinator is about to be asked for the commit or the rollback. */
    void deciding();

    /**
     * It ended, usually on the thread that began it.
     *
     * @param status COMMITTED, or what it ended as instead; UNKNOWN when that could not be learned
     * @param failure what the caller of commit or rollback sees
     */
    void ended(GlobalStatus status, @Nullable Throwable failure);
  }

  /** Watches one branch. */
  interface BranchWatch {

    /** Its undo row was written. */
    void undoWritten(int rows, long bytes);

    /** The coordinator answered the registration, on an I/O thread. */
    void locked(Duration waited, boolean granted);

    /** The local transaction ended. */
    void ended(LocalEnd how);
  }
}
