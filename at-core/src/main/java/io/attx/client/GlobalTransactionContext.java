package io.attx.client;

import io.attx.Xid;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * What global transaction the calling thread takes part in. While a thread is bound, the xid is in
 * the logging context under {@value #MDC_KEY}.
 */
public final class GlobalTransactionContext {
  /** The key of the xid in the SLF4J MDC. */
  public static final String MDC_KEY = "attx.xid";

  private static final ThreadLocal<@Nullable Binding> CURRENT = new ThreadLocal<>();

  private GlobalTransactionContext() {}

  /** The transaction of the calling thread, or null. */
  public static @Nullable Xid currentXid() {
    Participation current = current();
    return current == null ? null : current.xid();
  }

  /** How the calling thread takes part, for resource managers and propagation; null outside. */
  public static @Nullable Participation current() {
    Binding top = top();
    return top == null ? null : top.participation;
  }

  /**
   * Calls the synchronization around the end of the transaction that the calling thread is in.
   *
   * @throws IllegalStateException outside of a global transaction, and in one that another process
   *     began, which alone learns how it ends
   */
  public static void register(GlobalTransactionSynchronization synchronization) {
    Participation current = current();
    if (current == null) {
      throw new IllegalStateException(
          "the thread is in no global transaction whose end could be waited for");
    }
    current.register(synchronization);
  }

  /**
   * Takes part in a transaction that was begun elsewhere, until the scope is closed. The scope can
   * never decide it. In a thread that is in this transaction already, nothing changes. Where a
   * client is at hand, {@link AtClient#join} is better: its {@code setRollbackOnly} reaches the
   * coordinator at once, this one only when the scope has a branch.
   *
   * @throws IllegalStateException when the thread is already in a different global transaction
   */
  public static Scope join(Xid xid) {
    return join(xid, null);
  }

  static Scope join(Xid xid, @Nullable DefaultAtClient client) {
    Participation current = current();
    if (current != null && current.xid().equals(xid)) {
      return bind(current);
    }
    checkFree("join " + xid);
    JoinedTransaction joined = new JoinedTransaction(xid);
    if (client != null) {
      joined.usedBy(client);
    }
    return bind(joined);
  }

  /** Leaves the transaction of the calling thread until the scope is closed. */
  public static Scope suspend() {
    return bind(null);
  }

  /**
   * Lets a task take part in what the calling thread takes part in now, on whichever thread it
   * runs. Outside a transaction the task is returned as it is. The task must end before the
   * transaction does: it fails with IllegalStateException where it starts too late.
   */
  public static <T> Callable<T> wrap(Callable<T> task) {
    Participation current = current();
    if (current == null) {
      return task;
    }
    return () -> {
      checkAlive(current);
      try (Scope scope = bind(current)) {
        return task.call();
      }
    };
  }

  /** As {@link #wrap(Callable)}. */
  public static Runnable wrap(Runnable task) {
    Participation current = current();
    if (current == null) {
      return task;
    }
    return () -> {
      checkAlive(current);
      try (Scope scope = bind(current)) {
        task.run();
      }
    };
  }

  /**
   * What the calling thread takes part in, possibly nothing, to be continued on other threads for
   * as long as a scope is open there. Unlike {@link #wrap(Callable)} it can always be continued;
   * once the transaction has ended, work on a database is refused there.
   */
  public static CapturedContext capture() {
    return new CapturedContext(current());
  }

  /** Restores what was bound before. Closed by the thread that opened it, the last one first. */
  public interface Scope extends AutoCloseable {
    /**
     * Restores what was bound before; does nothing the second time.
     *
     * @throws IllegalStateException when another thread calls it (nothing changes), or when a scope
     *     that was opened later is still open (what was bound before this one is restored all the
     *     same)
     */
    @Override
    void close();
  }

  /** Fails where the thread is in a transaction. */
  static void checkFree(String what) {
    Participation current = current();
    if (current != null) {
      throw new IllegalStateException(
          "cannot "
              + what
              + ": the thread is in global transaction "
              + current.xid()
              + " already; end or suspend that one first");
    }
  }

  /** Binds the calling thread; null leaves whatever it is in. */
  static Scope bind(@Nullable Participation participation) {
    return bind(participation, false);
  }

  /**
   * Binds the calling thread.
   *
   * @param carried whether the end of the transaction leaves the binding as it is, because the
   *     thread that decides is another one: what it does here afterwards must fail, not run outside
   */
  static Scope bind(@Nullable Participation participation, boolean carried) {
    Binding binding = new Binding(participation, carried, top());
    CURRENT.set(binding);
    binding.showInLog();
    return binding;
  }

  private static void checkAlive(Participation participation) {
    if (hasEnded(participation)) {
      throw new IllegalStateException(
          "global transaction "
              + participation.xid()
              + " ended before this task started on another thread; wait for such tasks before the"
              + " end");
    }
  }

  private static boolean hasEnded(@Nullable Participation participation) {
    return participation instanceof OwnedTransaction owned && owned.hasEnded();
  }

  /** The innermost binding that still means something; ended transactions are left on the way. */
  private static @Nullable Binding top() {
    Binding top = CURRENT.get();
    while (top != null && !top.carried && hasEnded(top.participation)) {
      top.leave();
      top = CURRENT.get();
    }
    return top;
  }

  /** One entry of the thread's stack. Confined to its thread. */
  private static final class Binding implements Scope {
    private final @Nullable Participation participation;
    private final boolean carried;
    private final @Nullable Binding previous;
    private final @Nullable String previousInLog;
    private final Thread thread = Thread.currentThread();
    private boolean left;

    Binding(@Nullable Participation participation, boolean carried, @Nullable Binding previous) {
      this.participation = participation;
      this.carried = carried;
      this.previous = previous;
      this.previousInLog = MDC.get(MDC_KEY);
    }

    void showInLog() {
      if (participation != null) {
        MDC.put(MDC_KEY, participation.xid().toString());
      } else {
        MDC.remove(MDC_KEY);
      }
    }

    @Override
    public void close() {
      if (thread != Thread.currentThread()) {
        throw new IllegalStateException(
            this + " belongs to thread " + thread.getName() + " and must be closed there");
      }
      if (left) {
        return;
      }
      Binding inner = CURRENT.get();
      Binding forgotten = null;
      while (inner != null && inner != this) {
        if (!hasEnded(inner.participation)) {
          forgotten = inner;
        }
        inner.left = true;
        inner = inner.previous;
      }
      leave();
      if (forgotten != null) {
        throw new IllegalStateException(
            this + " was closed while " + forgotten + " inside it was still open");
      }
    }

    /** Goes back to what was before this one. */
    void leave() {
      left = true;
      if (previous == null) {
        CURRENT.remove();
      } else {
        CURRENT.set(previous);
      }
      if (previousInLog == null) {
        MDC.remove(MDC_KEY);
      } else {
        MDC.put(MDC_KEY, previousInLog);
      }
    }

    @Override
    public String toString() {
      return participation == null
          ? "the scope of a suspended transaction"
          : "the scope of global transaction " + participation.xid();
    }
  }
}
