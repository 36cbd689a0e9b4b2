package io.attx.client;

import io.attx.Xid;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How one process takes part in one global transaction. Shared by all threads of the process that
 * are bound to it. Thread-safe.
 */
public interface Participation {
  /** The transaction. */
  Xid xid();

  /**
   * The xid for another process: sends the begin of the transaction first, where that has not been
   * done, and waits for it.
   *
   * @throws io.attx.AttxException when the coordinator refused or could not be reached
   */
  Xid export();

  /**
   * Calls the synchronization around the end of the transaction.
   *
   * @throws IllegalStateException where another process began the transaction, which alone learns
   *     how it ends, or where it has ended
   */
  void register(GlobalTransactionSynchronization synchronization);

  /**
   * How long to wait for a global lock in this transaction; null where only the data source says.
   */
  @Nullable Duration lockWait();

  /** From now on the transaction can only be rolled back, as far as this process can say. */
  void setRollbackOnly();

  /**
   * Whether {@link #setRollbackOnly()} was called or a branch failed in a way that forbids commit.
   */
  boolean isRollbackOnly();

  /**
   * What is left of the transaction's time as far as this process knows, in nanoseconds; not
   * positive when it is over, {@link Long#MAX_VALUE} where it is not known (a joined transaction
   * before its first grant). Running statements are cancelled at the deadline.
   */
  long remainingNanos();
}
