package io.attx.client;

import io.attx.Xid;

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

  /** From now on the transaction can only be rolled back, as far as this process can say. */
  void setRollbackOnly();

  /**
   * Whether {@link #setRollbackOnly()} was called or a branch failed in a way that forbids commit.
   */
  boolean isRollbackOnly();
}
