package io.attx.protocol;

import io.attx.Xid;
import org.jspecify.annotations.Nullable;

/**
 * The request was refused and had no effect.
 *
 * @param code why
 * @param message for people: what, where, what to do
 * @param holder the transaction in the way, if there is one
 * @param leader {@code host:port} of the leader, where this node is not
 */
public record Refused(
    RefusalCode code, String message, @Nullable Xid holder, @Nullable String leader)
    implements Response {
  /** A refusal with nobody in the way. */
  public static Refused of(RefusalCode code, String message) {
    return new Refused(code, message, null, null);
  }
}
