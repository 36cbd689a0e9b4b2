package io.attx.coordinator.runtime;

/**
 * Log time at the leader: goes on from the last applied value by the deltas of a monotonic clock.
 */
final class LogClock {
  private static final long NANOS_PER_MILLI = 1_000_000L;

  private final EventLoop loop;
  private final long baseNanos;
  private final long baseMillis;

  LogClock(EventLoop loop, long appliedMillis) {
    this.loop = loop;
    this.baseNanos = loop.nanos();
    this.baseMillis = appliedMillis;
  }

  /** Log time now, in milliseconds. */
  long now() {
    return baseMillis + (loop.nanos() - baseNanos) / NANOS_PER_MILLI;
  }

  /** Nanoseconds from now until log time has reached a value; at most about 30 years. */
  long nanosUntil(long logTimeMillis) {
    long left = Math.min(logTimeMillis - baseMillis, Long.MAX_VALUE / NANOS_PER_MILLI / 10);
    return left * NANOS_PER_MILLI - (loop.nanos() - baseNanos);
  }
}
