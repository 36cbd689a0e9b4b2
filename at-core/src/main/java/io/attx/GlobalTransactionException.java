package io.attx;

import org.jspecify.annotations.Nullable;

/** A global transaction did not end as the caller asked, or cannot go on. */
public class GlobalTransactionException extends AttxException {
  private final Xid xid;
  private final GlobalStatus status;

  /**
   * With the transaction and its state.
   *
   * @param status the state when this was thrown; UNKNOWN where the coordinator did not answer
   */
  public GlobalTransactionException(
      Xid xid, GlobalStatus status, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.xid = xid;
    this.status = status;
  }

  /** The transaction concerned. */
  public Xid xid() {
    return xid;
  }

  /** Its state, as far as it was known when this was thrown. */
  public GlobalStatus status() {
    return status;
  }
}
