package io.attx.coordinator.runtime;

import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * An {@link EventLoop} on one daemon thread. Handing over a task to a busy loop costs no system
 * call. An exception that a task lets out ends the loop and is given to the handler.
 */
public final class ThreadEventLoop implements EventLoop {
  private static final int SPIN_BATCH = 1_024;

  private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final PriorityQueue<Delayed> delayed = new PriorityQueue<>();
  private final ArrayDeque<Runnable> due = new ArrayDeque<>();
  private final Thread thread;
  private final Consumer<Throwable> failed;
  private volatile boolean sleeping;
  private volatile boolean closed;
  private long scheduled;

  private ThreadEventLoop(String name, Consumer<Throwable> failed) {
    this.failed = failed;
    this.thread = new Thread(this::run, name);
    this.thread.setDaemon(true);
  }

  /**
   * Starts a loop.
   *
   * @param name of its thread
   * @param failed told when a task threw; the loop is over then
   */
  public static ThreadEventLoop start(String name, Consumer<Throwable> failed) {
    ThreadEventLoop loop = new ThreadEventLoop(name, failed);
    loop.thread.start();
    return loop;
  }

  @Override
  public void execute(Runnable task) {
    if (!closed) {
      tasks.add(task);
      if (sleeping) {
        LockSupport.unpark(thread);
      }
    }
  }

  @Override
  public void schedule(long delayNanos, Runnable task) {
    long at = nanos() + Math.max(0, delayNanos);
    if (Thread.currentThread() == thread) {
      delayed.add(new Delayed(at, scheduled++, task));
    } else {
      execute(() -> delayed.add(new Delayed(at, scheduled++, task)));
    }
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public long wallMillis() {
    return InstantSource.system().millis();
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    if (Thread.currentThread() == thread) {
      return;
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException again) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (!closed) {
        boolean ranTasks = runTasks();
        boolean ranTimers = runDue();
        if (!ranTasks && !ranTimers) {
          sleep();
        }
      }
    } catch (RuntimeException | Error failure) {
      closed = true;
      failed.accept(failure);
    }
  }

  private boolean runTasks() {
    for (int i = 0; i < SPIN_BATCH; i++) {
      Runnable task = tasks.poll();
      if (task == null || closed) {
        return i > 0;
      }
      task.run();
    }
    return true;
  }

  private boolean runDue() {
    if (delayed.isEmpty()) {
      return false;
    }
    long now = nanos();
    while (!delayed.isEmpty() && delayed.peek().at - now <= 0) {
      due.add(delayed.remove().task);
    }
    boolean worked = !due.isEmpty();
    while (!due.isEmpty() && !closed) {
      due.remove().run();
    }
    return worked;
  }

  private void sleep() {
    sleeping = true;
    if (tasks.isEmpty() && !closed) {
      if (delayed.isEmpty()) {
        LockSupport.park(this);
      } else {
        LockSupport.parkNanos(this, Math.max(0, delayed.peek().at - nanos()));
      }
    }
    sleeping = false;
  }

  private record Delayed(long at, long order, Runnable task) implements Comparable<Delayed> {
    @Override
    public int compareTo(Delayed other) {
      long byTime = at - other.at;
      return byTime != 0 ? Long.signum(byTime) : Long.compare(order, other.order);
    }
  }
}
