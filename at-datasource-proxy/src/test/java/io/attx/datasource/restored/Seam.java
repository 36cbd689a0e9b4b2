package io.attx.datasource.restored;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import javax.sql.DataSource;

/**
 * Stands between the proxy and the driver, and does something once, just before a certain text is
 * prepared: between the image of a statement and the statement itself, for example.
 */
public final class Seam {
  private final AtomicReference<Hook> next = new AtomicReference<>();

  /** What is done at the seam. */
  @FunctionalInterface
  public interface Action {
    void run() throws SQLException;
  }

  private record Hook(Predicate<String> text, Action action) {}

  /** Does something once before the next text that fits. */
  public void before(Predicate<String> text, Action action) {
    next.set(new Hook(text, action));
  }

  /** Whether what was ordered has happened. */
  public boolean isDone() {
    return next.get() == null;
  }

  DataSource watch(DataSource target) {
    return proxy(
        DataSource.class,
        target,
        (name, arguments, value) ->
            value instanceof Connection connection ? watch(connection) : value);
  }

  private Connection watch(Connection target) {
    return proxy(Connection.class, target, (name, arguments, value) -> value);
  }

  private interface After {
    Object apply(String name, Object[] arguments, Object value);
  }

  private <T> T proxy(Class<T> type, T target, After after) {
    return type.cast(
        Proxy.newProxyInstance(
            Seam.class.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              if (method.getName().equals("prepareStatement")) {
                reached((String) arguments[0]);
              }
              try {
                return after.apply(method.getName(), arguments, method.invoke(target, arguments));
              } catch (InvocationTargetException thrown) {
                throw thrown.getCause();
              }
            }));
  }

  private void reached(String sql) throws SQLException {
    Hook hook = next.get();
    if (hook != null && hook.text().test(sql) && next.compareAndSet(hook, null)) {
      hook.action().run();
    }
  }
}
