package io.attx.spring.event;

/** When a {@link GlobalTransactionalEventListener} is called. */
public enum GlobalTransactionPhase {
  /** Before the commit is asked for, inside of the transaction. */
  BEFORE_COMMIT,
  /** When the commit is durable. */
  AFTER_COMMIT,
  /** When the rollback is decided. */
  AFTER_ROLLBACK,
  /** After either, and where the outcome could not be learned. */
  AFTER_COMPLETION
}
