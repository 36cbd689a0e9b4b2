package io.attx.datasource.jdbc;

import io.attx.datasource.image.StatementRefusedException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.Wrapper;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Proxies of large JDBC types that change almost nothing: they keep the connection below from
 * getting out, and refuse procedures inside a global transaction.
 */
final class GuardedProxies {
  private static final Set<String> EXECUTIONS =
      Set.of(
          "execute",
          "executeQuery",
          "executeUpdate",
          "executeLargeUpdate",
          "executeBatch",
          "executeLargeBatch");

  private GuardedProxies() {}

  /** A callable statement that is refused inside a global transaction when it is executed. */
  static CallableStatement call(AtConnection connection, String sql, CallableStatement target) {
    return proxy(
        CallableStatement.class,
        connection,
        target,
        method -> {
          if (EXECUTIONS.contains(method.getName())) {
            if (connection.joins() && !connection.passesUnknown()) {
              throw new StatementRefusedException(
                  sql,
                  "a procedure may change any row, so it cannot be undone.",
                  "use plain statements, or call it outside of the global transaction.");
            }
            connection.wroteOutside();
          }
        });
  }

  /** Metadata that knows the proxy as its connection. */
  static DatabaseMetaData metaData(AtConnection connection, DatabaseMetaData target) {
    return proxy(DatabaseMetaData.class, connection, target, method -> {});
  }

  private interface Guard {
    void check(Method method) throws StatementRefusedException;
  }

  private static <T> T proxy(Class<T> type, AtConnection connection, T target, Guard guard) {
    InvocationHandler handler =
        (self, method, arguments) -> invoke(self, method, arguments, connection, target, guard);
    return type.cast(
        Proxy.newProxyInstance(
            GuardedProxies.class.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private static @Nullable Object invoke(
      Object self,
      Method method,
      Object @Nullable [] arguments,
      Connection connection,
      Object target,
      Guard guard)
      throws Throwable {
    guard.check(method);
    if (method.getName().equals("getConnection")) {
      return connection;
    }
    if (method.getName().equals("equals") && arguments != null) {
      return self == arguments[0];
    }
    if (method.getDeclaringClass() == Wrapper.class
        && arguments != null
        && ((Class<?>) arguments[0]).isInstance(self)) {
      return method.getName().equals("unwrap") ? self : true;
    }
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException thrown) {
      throw thrown.getCause() == null ? thrown : thrown.getCause();
    }
  }
}
