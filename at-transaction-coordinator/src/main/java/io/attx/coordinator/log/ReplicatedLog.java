package io.attx.coordinator.log;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The only way in which state changes: entries are made durable, then applied to a {@link
 * LogMachine} in order, live and in recovery alike. Thread-safe.
 */
public interface ReplicatedLog extends AutoCloseable {
  /**
   * Opens the log, loads the newest snapshot and replays what follows. Returns when the machine has
   * everything that was durable here; leadership is told later through the machine.
   */
  void start(LogMachine machine);

  /**
   * Appends an entry.
   *
   * @return completes with its index when it is durable and the future of {@link LogMachine#apply}
   *     completed; exceptionally with {@link NotLeaderException} when it was certainly not
   *     appended, with another exception when that is unknown
   */
  CompletableFuture<Long> append(byte[] entry);

  /** Whether another node may lead without this one having noticed. */
  default boolean othersMayLead() {
    return false;
  }

  /** {@code host:port} of the leader for clients, or null where it is unknown or this node. */
  default @Nullable String leader() {
    return null;
  }

  /** Flushes and closes; appends under way fail. Idempotent. */
  @Override
  void close();
}
