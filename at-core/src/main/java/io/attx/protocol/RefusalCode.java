package io.attx.protocol;

/** Why a request was refused. */
public enum RefusalCode {
  /** The token is missing or wrong. Final. */
  AUTHENTICATION(false),
  /** No common protocol version. Final. */
  PROTOCOL_VERSION(false),
  /** The message breaks a rule of the protocol or a limit. Final. */
  BAD_REQUEST(false),
  /** The session is expired or belongs to another incarnation: open a new one. */
  SESSION_EXPIRED(false),
  /** This node is not the leader; {@code leader} says who is, if known. */
  NOT_LEADER(true),
  /** Starting, stepping down or overloaded. */
  UNAVAILABLE(true),
  /** Another transaction holds a conflicting lock and the wait was over. */
  LOCK_CONFLICT(true),
  /** The holder of a wanted lock is rolling back and the waiter would be in its way. */
  HOLDER_ROLLING_BACK(true),
  /** Waiting would have closed a cycle. */
  LOCK_CYCLE(true),
  /** The transaction is decided or its time is up: no branch may join. */
  TRANSACTION_ENDED(false),
  /** The transaction was never begun here. */
  UNKNOWN_TRANSACTION(false),
  /** The branch id was given up before, or is used with other content. */
  BRANCH_REFUSED(false),
  /** The same resource was announced from another server: a cloned database. Final. */
  CLONED_RESOURCE(false);

  private final boolean retryable;

  RefusalCode(boolean retryable) {
    this.retryable = retryable;
  }

  /** Whether the same request may succeed later. */
  public boolean isRetryable() {
    return retryable;
  }
}
