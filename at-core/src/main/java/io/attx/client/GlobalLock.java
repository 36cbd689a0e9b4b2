package io.attx.client;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Makes local transactions outside of any global transaction respect its row locks: what the
 * calling thread writes through a wrapped data source waits at its local commit for rows that a
 * global transaction holds, and fails where they do not get free in time. It takes no lock itself.
 * Inside a global transaction it changes nothing.
 */
public final class GlobalLock {
  private static final ThreadLocal<@Nullable Bound> CURRENT = new ThreadLocal<>();

  private GlobalLock() {}

  /** Whether the calling thread asked for it. */
  public static boolean isBound() {
    return CURRENT.get() != null;
  }

  /** From now on until the scope is closed, by the same thread; scopes nest. */
  public static Scope open() {
    Bound bound = new Bound(CURRENT.get());
    CURRENT.set(bound);
    return bound;
  }

  /** Runs a task so. */
  public static void run(Runnable task) {
    try (Scope scope = open()) {
      task.run();
    }
  }

  /** Runs a task so. */
  public static <T> T call(Callable<T> task) throws Exception {
    try (Scope scope = open()) {
      return task.call();
    }
  }

  /** The end of it. */
  public interface Scope extends AutoCloseable {
    /**
     * Restores what was before; does nothing the second time.
     *
     * @throws IllegalStateException when another thread calls it
     */
    @Override
    void close();
  }

  private static final class Bound implements Scope {
    private final @Nullable Bound previous;
    private final Thread thread = Thread.currentThread();
    private boolean closed;

    Bound(@Nullable Bound previous) {
      this.previous = previous;
    }

    @Override
    public void close() {
      if (thread != Thread.currentThread()) {
        throw new IllegalStateException(
            "a global-lock scope of thread " + thread.getName() + " must be closed there");
      }
      if (closed) {
        return;
      }
      closed = true;
      if (previous == null) {
        CURRENT.remove();
      } else {
        CURRENT.set(previous);
      }
    }
  }
}
