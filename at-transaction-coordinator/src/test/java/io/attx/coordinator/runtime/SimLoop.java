package io.attx.coordinator.runtime;

import java.time.Duration;
import java.util.PriorityQueue;

/** An event loop with a clock of its own, driven by the test on the test's thread. */
final class SimLoop implements EventLoop {
  /** An afternoon in 2026. */
  static final long WALL_MILLIS = 1_790_000_000_000L;

  private final PriorityQueue<Task> tasks = new PriorityQueue<>();
  private long now = 1_000_000_000L;
  private long order;
  private boolean closed;

  @Override
  public void execute(Runnable task) {
    schedule(0, task);
  }

  @Override
  public void schedule(long delayNanos, Runnable task) {
    if (!closed) {
      tasks.add(new Task(now + Math.max(0, delayNanos), order++, task));
    }
  }

  @Override
  public long nanos() {
    return now;
  }

  @Override
  public long wallMillis() {
    return WALL_MILLIS + now / 1_000_000;
  }

  @Override
  public void close() {
    closed = true;
    tasks.clear();
  }

  /** Drops everything, as the death of a process does. */
  void kill() {
    close();
  }

  /** Runs everything that is due now. */
  void runDue() {
    while (!tasks.isEmpty() && tasks.peek().at <= now) {
      tasks.remove().run.run();
    }
  }

  /** Lets time pass and runs everything that falls due, each at its time. */
  void advance(Duration time) {
    long end = now + time.toNanos();
    while (!tasks.isEmpty() && tasks.peek().at <= end) {
      now = Math.max(now, tasks.peek().at);
      tasks.remove().run.run();
    }
    now = end;
  }

  /** Runs the next task, whenever it is due; false when there is none. */
  boolean step() {
    Task task = tasks.poll();
    if (task == null) {
      return false;
    }
    now = Math.max(now, task.at);
    task.run.run();
    return true;
  }

  private record Task(long at, long order, Runnable run) implements Comparable<Task> {
    @Override
    public int compareTo(Task other) {
      int byTime = Long.compare(at, other.at);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }
}
