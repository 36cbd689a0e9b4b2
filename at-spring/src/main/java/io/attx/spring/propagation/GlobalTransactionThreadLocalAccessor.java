package io.attx.spring.propagation;

import io.attx.client.CapturedContext;
import io.attx.client.GlobalTransactionContext;
import io.micrometer.context.ThreadLocalAccessor;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries the global transaction of a thread wherever Micrometer's context propagation goes: to
 * tasks of decorated executors, through Reactor, to {@code @Async} methods. Found by the service
 * loader.
 *
 * <p>What is captured outside of a transaction is carried too, so that a task never runs in a
 * transaction that somebody else left behind on its pooled thread. Thread-safe.
 */
public final class GlobalTransactionThreadLocalAccessor
    implements ThreadLocalAccessor<CapturedContext> {

  /** The key, in snapshots and in the context of Reactor. */
  public static final String KEY = "attx.transaction";

  private static final Logger LOG =
      LoggerFactory.getLogger(GlobalTransactionThreadLocalAccessor.class);

  /** The scopes that this accessor opened on the thread and has not closed. */
  private final ThreadLocal<@Nullable Deque<GlobalTransactionContext.Scope>> opened =
      new ThreadLocal<>();

  /** An accessor; the service loader makes one. */
  public GlobalTransactionThreadLocalAccessor() {}

  @Override
  public Object key() {
    return KEY;
  }

  /** Never null: being in no transaction is a value as well. */
  @Override
  public CapturedContext getValue() {
    return GlobalTransactionContext.capture();
  }

  @Override
  public void setValue(CapturedContext value) {
    remember(value.open());
  }

  /** The place where the thread is to go has no value: it is in no transaction there. */
  @Override
  public void setValue() {
    remember(GlobalTransactionContext.suspend());
  }

  @Override
  public void restore(CapturedContext previous) {
    restore();
  }

  @Override
  public void restore() {
    Deque<GlobalTransactionContext.Scope> scopes = opened.get();
    if (scopes == null) {
      return; // Nothing was set on this thread.
    }
    GlobalTransactionContext.Scope scope = scopes.pop();
    if (scopes.isEmpty()) {
      opened.remove();
    }
    try {
      scope.close();
    } catch (IllegalStateException left) {
      LOG.warn(
          "A task left this thread in a global transaction that it did not end; the thread leaves it"
              + " now, and the coordinator rolls it back at its deadline.",
          left);
    }
  }

  private void remember(GlobalTransactionContext.Scope scope) {
    Deque<GlobalTransactionContext.Scope> scopes = opened.get();
    if (scopes == null) {
      scopes = new ArrayDeque<>(4);
      opened.set(scopes);
    }
    scopes.push(scope);
  }
}
