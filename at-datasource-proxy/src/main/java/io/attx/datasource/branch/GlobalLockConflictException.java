package io.attx.datasource.branch;

import io.attx.Xid;
import java.sql.SQLTransientException;
import org.jspecify.annotations.Nullable;

/**
 * A row that this local transaction changed or asked for is locked by another global transaction.
 * The local transaction was rolled back, except where only a SELECT … FOR UPDATE was refused. The
 * same work may succeed when it is done again.
 */
public class GlobalLockConflictException extends SQLTransientException {
  private final Xid xid;
  private final @Nullable Xid holder;
  private final boolean soon;

  GlobalLockConflictException(
      String message, Xid xid, @Nullable Xid holder, boolean soon, Throwable cause) {
    super(message, "40001", cause);
    this.xid = xid;
    this.holder = holder;
    this.soon = soon;
  }

  /** The global transaction that was refused. */
  public Xid xid() {
    return xid;
  }

  /** The global transaction in the way, where it is known. */
  public @Nullable Xid holder() {
    return holder;
  }

  /** Whether the wait was cut short only because database row locks were held meanwhile. */
  boolean worthWaitingWithoutRowLocks() {
    return soon;
  }
}
