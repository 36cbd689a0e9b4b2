package io.attx.transport;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Bounds how many lines strangers can cause in the log: a number of lines per period, and the count
 * of what was left out. Thread-safe.
 */
final class LogBudget {
  private final ReentrantLock lock = new ReentrantLock();
  private final int linesPerPeriod;
  private final long periodNanos;
  private final LongSupplier nanoClock;
  private long periodStart;
  private int used;
  private long leftOut;

  LogBudget(int linesPerPeriod, long periodNanos, LongSupplier nanoClock) {
    this.linesPerPeriod = linesPerPeriod;
    this.periodNanos = periodNanos;
    this.nanoClock = nanoClock;
    this.periodStart = nanoClock.getAsLong();
  }

  /**
   * Takes one line.
   *
   * @return how many lines were left out since the last one, or -1 where this one is to be left out
   */
  long take() {
    lock.lock();
    try {
      long now = nanoClock.getAsLong();
      if (now - periodStart >= periodNanos) {
        periodStart = now;
        used = 0;
      }
      if (used == linesPerPeriod) {
        leftOut++;
        return -1;
      }
      used++;
      long before = leftOut;
      leftOut = 0;
      return before;
    } finally {
      lock.unlock();
    }
  }
}
