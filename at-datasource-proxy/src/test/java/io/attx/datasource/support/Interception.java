package io.attx.datasource.support;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** Stands in front of a JDBC object and changes what one method does. */
public final class Interception {
  private Interception() {}

  /** Changes a result. */
  public interface After {
    Object apply(Object value) throws Exception;
  }

  /** Runs before a method; may throw instead of it. */
  public interface Before {
    void run() throws Exception;
  }

  /** The target, with the result of one method changed. */
  public static <T> T after(Class<T> type, Object target, String name, After change) {
    return proxy(type, target, name, () -> {}, change);
  }

  /** The target, with something in front of one method. */
  public static <T> T before(Class<T> type, Object target, String name, Before action) {
    return proxy(type, target, name, action, value -> value);
  }

  private static <T> T proxy(
      Class<T> type, Object target, String name, Before before, After after) {
    return type.cast(
        Proxy.newProxyInstance(
            Interception.class.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              boolean meant = method.getName().equals(name);
              if (meant) {
                before.run();
              }
              try {
                Object value = method.invoke(target, arguments);
                return meant ? after.apply(value) : value;
              } catch (InvocationTargetException thrown) {
                throw thrown.getCause();
              }
            }));
  }
}
