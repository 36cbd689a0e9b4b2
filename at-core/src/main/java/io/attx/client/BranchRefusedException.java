package io.attx.client;

import io.attx.AttxException;
import io.attx.Xid;
import io.attx.protocol.RefusalCode;
import org.jspecify.annotations.Nullable;

/** The coordinator refused a branch or a lock check. */
public class BranchRefusedException extends AttxException {
  private final RefusalCode code;
  private final @Nullable Xid holder;

  /** With the refusal as it arrived. */
  public BranchRefusedException(RefusalCode code, String message, @Nullable Xid holder) {
    super(message);
    this.code = code;
    this.holder = holder;
  }

  /** Why. */
  public RefusalCode code() {
    return code;
  }

  /** The transaction in the way, or null. */
  public @Nullable Xid holder() {
    return holder;
  }
}
