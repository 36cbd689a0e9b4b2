package io.attx.client;

import io.attx.GlobalStatus;
import io.attx.Xid;

/**
 * Called around the end of a global transaction, in the process that began it and on the thread
 * that ends it, in the order of registration. Registered by {@link
 * GlobalTransactionContext#register}. A transaction that nobody ends, because its deadline comes
 * first and the application never returns, calls nothing.
 */
public interface GlobalTransactionSynchronization {
  /**
   * Before the commit is asked for; the thread is still in the transaction, and what this changes
   * belongs to it. Not called where a commit is impossible already.
   *
   * @throws RuntimeException to roll the transaction back; the caller of the commit gets it
   */
  default void beforeCommit(Xid xid) {}

  /**
   * Before the rollback is asked for; the thread is still in the transaction. A failure is logged
   * and changes nothing.
   */
  default void beforeRollback(Xid xid) {}

  /**
   * After the commit is durable; the thread has left the transaction. A failure is logged and
   * changes nothing.
   */
  default void afterCommit(Xid xid) {}

  /**
   * After the rollback was decided; the thread has left the transaction. Where a database was slow
   * or is in quarantine, its rows may not be back yet. A failure is logged and changes nothing.
   */
  default void afterRollback(Xid xid) {}

  /**
   * After {@link #afterCommit} or {@link #afterRollback}, or where neither can be said. A failure
   * is logged and changes nothing.
   *
   * @param outcome COMMITTED, ROLLED_BACK, or UNKNOWN where the outcome could not be learned
   */
  default void afterCompletion(Xid xid, GlobalStatus outcome) {}
}
