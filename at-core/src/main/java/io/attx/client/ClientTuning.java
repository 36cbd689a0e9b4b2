package io.attx.client;

import java.time.Duration;

/**
 * Times and bounds of a client that no user needs to set; tests do.
 *
 * @param backoffMin the shortest pause between attempts to connect
 * @param backoffMax the longest pause between attempts to connect
 * @param refusedPause the pause after a refusal that will not go away by itself
 * @param connectTimeout for one connection and its hello
 * @param farewell how long close waits for reports to be acknowledged
 * @param maxKeptBranches open branches and reports without acknowledgement; beyond, none is opened
 */
record ClientTuning(
    Duration backoffMin,
    Duration backoffMax,
    Duration refusedPause,
    Duration connectTimeout,
    Duration farewell,
    int maxKeptBranches) {

  static ClientTuning defaults() {
    return new ClientTuning(
        Duration.ofMillis(50),
        Duration.ofSeconds(2),
        Duration.ofSeconds(10),
        Duration.ofSeconds(5),
        Duration.ofSeconds(1),
        100_000);
  }
}
