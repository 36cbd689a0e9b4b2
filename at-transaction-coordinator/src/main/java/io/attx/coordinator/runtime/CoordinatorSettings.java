package io.attx.coordinator.runtime;

import java.time.Duration;

/**
 * The bounds and periods of the runtime. Immutable.
 *
 * @param sessions how long clients may be silent or away
 * @param intake how much may wait
 * @param phaseTwo how phase-two work is sent and repeated
 */
public record CoordinatorSettings(SessionSettings sessions, Intake intake, PhaseTwo phaseTwo) {
  /** What suits one coordinator with some dozens of clients. */
  public static CoordinatorSettings defaults() {
    return new CoordinatorSettings(
        new SessionSettings(Duration.ofSeconds(5), Duration.ofSeconds(20), Duration.ofSeconds(60)),
        new Intake(50_000, 20_000, 4, 1 << 20),
        new PhaseTwo(
            500,
            2_000,
            Duration.ofMillis(10),
            Duration.ofSeconds(30),
            Duration.ofMillis(100),
            Duration.ofSeconds(20)));
  }

  /**
   * Sessions and their connections.
   *
   * @param heartbeat a client sends at least one message in this time
   * @param silence a connection on which nothing came for so long is closed
   * @param timeout a session without a connection for so long is expired
   */
  public record SessionSettings(Duration heartbeat, Duration silence, Duration timeout) {}

  /**
   * Bounds on what waits.
   *
   * @param maxQueued requests that were not looked at yet; more are refused as UNAVAILABLE
   * @param maxParked requests that wait for locks or for a decision; more are refused likewise
   * @param maxEntriesInFlight log entries that are not applied yet
   * @param maxEntryBytes an entry takes no further command when it has reached this size; a single
   *     command may be larger, at most as large as a frame of the wire protocol
   */
  public record Intake(int maxQueued, int maxParked, int maxEntriesInFlight, int maxEntryBytes) {}

  /**
   * Phase-two work.
   *
   * @param batch the most commands in one message
   * @param inFlight the most unanswered commands of one resource
   * @param linger how long deletions of undo rows are gathered before they are sent
   * @param timeout an unanswered command is sent again after this
   * @param minBackOff the first pause after a RETRY
   * @param maxBackOff the longest pause after a RETRY
   */
  public record PhaseTwo(
      int batch,
      int inFlight,
      Duration linger,
      Duration timeout,
      Duration minBackOff,
      Duration maxBackOff) {}
}
