package io.attx.coordinator.runtime;

/**
 * The one thread that owns the coordinator's state, its clock and its timers. Tasks run one after
 * another in the order in which they came. Every method may be called from any thread.
 */
public interface EventLoop extends AutoCloseable {
  /** Runs the task later; never in this call. After {@link #close()} it is dropped. */
  void execute(Runnable task);

  /** Runs the task when the delay is over. After {@link #close()} it is dropped. */
  void schedule(long delayNanos, Runnable task);

  /** A monotonic clock, in nanoseconds from an arbitrary start. */
  long nanos();

  /** The wall clock, in milliseconds since 1970; for people, nothing is decided by it. */
  long wallMillis();

  /** Runs no further task. Waits for the running one unless called by it. Idempotent. */
  @Override
  void close();
}
