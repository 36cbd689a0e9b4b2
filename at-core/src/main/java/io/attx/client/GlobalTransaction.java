package io.attx.client;

import io.attx.Xid;

/**
 * A global transaction that this process began and decides. Used by one thread at a time. {@code
 * commit}, {@code rollback} and {@code close} unbind it from the thread.
 */
public interface GlobalTransaction extends AutoCloseable {
  /** Its name. */
  Xid xid();

  /**
   * Calls the synchronization around the end of this transaction.
   *
   * @throws IllegalStateException when it has ended
   */
  void register(GlobalTransactionSynchronization synchronization);

  /** From now on it can only be rolled back; {@link #commit()} then rolls back and throws. */
  void setRollbackOnly();

  /**
   * Commits; returns when the decision is durable.
   *
   * @throws io.attx.GlobalTransactionException when it was rolled back instead, or when the outcome
   *     could not be learned (status UNKNOWN: ask again with the xid)
   */
  void commit();

  /**
   * Rolls back; returns when all branches are undone, or after the request time-out while the
   * coordinator goes on. Does nothing when it has ended.
   *
   * @throws io.attx.GlobalTransactionException when it was committed before, a branch is in
   *     quarantine, or the coordinator could not be reached (it rolls back by its deadline)
   */
  void rollback();

  /** Rolls back unless it has ended. */
  @Override
  void close();
}
