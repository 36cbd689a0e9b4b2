package io.attx.coordinator.log;

import org.jspecify.annotations.Nullable;

/** The entry was not appended, because another node leads or this one is closing. */
public final class NotLeaderException extends RuntimeException {
  private final @Nullable String leader;

  /** With the address of the leader, where known. */
  public NotLeaderException(@Nullable String leader) {
    super(leader == null ? "this node does not lead" : "the leader is " + leader);
    this.leader = leader;
  }

  /** {@code host:port} of the leader, or null. */
  public @Nullable String leader() {
    return leader;
  }
}
