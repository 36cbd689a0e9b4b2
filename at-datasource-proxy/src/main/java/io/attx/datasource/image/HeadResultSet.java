package io.attx.datasource.image;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * A result set without its last columns, which hold images. Only what concerns columns is
 * intercepted; rows and conversions are the driver's own.
 */
final class HeadResultSet implements InvocationHandler {
  private final Object target;
  private final int columns;
  private final int rows;

  private HeadResultSet(Object target, int columns, int rows) {
    this.target = target;
    this.columns = columns;
    this.rows = rows;
  }

  /** Shows the first columns alone. */
  static ResultSet of(ResultSet rows, int columns) {
    return of(rows, columns, Integer.MAX_VALUE);
  }

  /** Shows the first columns of the first rows alone, to be read forwards. */
  static ResultSet of(ResultSet rows, int columns, int count) {
    return (ResultSet)
        Proxy.newProxyInstance(
            HeadResultSet.class.getClassLoader(),
            new Class<?>[] {ResultSet.class},
            new HeadResultSet(rows, columns, count));
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
      throws Throwable {
    switch (method.getName()) {
      case "equals" -> {
        return arguments != null && proxy == arguments[0];
      }
      case "hashCode" -> {
        return System.identityHashCode(proxy);
      }
      case "getColumnCount" -> {
        return columns;
      }
      case "getType" -> {
        if (rows < Integer.MAX_VALUE) {
          return ResultSet.TYPE_FORWARD_ONLY;
        }
      }
      case "next" -> {
        if (rows < Integer.MAX_VALUE && ((ResultSet) target).getRow() >= rows) {
          ((ResultSet) target).afterLast();
          return false;
        }
      }
      default -> checkIndex(method, arguments);
    }
    Object result;
    try {
      result = method.invoke(target, arguments);
    } catch (InvocationTargetException failure) {
      throw failure.getCause() == null ? failure : failure.getCause();
    }
    if (method.getName().equals("findColumn") && (Integer) result > columns) {
      throw outOfRange((Integer) result);
    }
    return result instanceof ResultSetMetaData all && target instanceof ResultSet
        ? Proxy.newProxyInstance(
            HeadResultSet.class.getClassLoader(),
            new Class<?>[] {ResultSetMetaData.class},
            new HeadResultSet(all, columns, rows))
        : result;
  }

  private void checkIndex(Method method, Object @Nullable [] arguments) throws SQLException {
    boolean byIndex =
        arguments != null
            && method.getParameterCount() > 0
            && method.getParameterTypes()[0] == int.class
            && (target instanceof ResultSetMetaData || method.getName().startsWith("get"));
    if (byIndex && arguments != null && (Integer) arguments[0] > columns) {
      throw outOfRange((Integer) arguments[0]);
    }
  }

  private SQLException outOfRange(int index) {
    return new SQLException("column " + index + " is out of range, there are " + columns, "22003");
  }
}
