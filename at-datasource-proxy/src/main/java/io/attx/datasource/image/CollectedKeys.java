package io.attx.datasource.image;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Generated keys of several statements as one result set in memory: forward only, with the getters
 * that keys need. Anything else is refused by {@link SQLFeatureNotSupportedException}.
 */
final class CollectedKeys implements InvocationHandler {
  private final List<String> labels = new ArrayList<>();
  private final List<Integer> types = new ArrayList<>();
  private final List<List<@Nullable Object>> rows = new ArrayList<>();
  private int row = -1;
  private boolean wasNull;
  private boolean closed;

  /** Copies and closes the keys of one statement. */
  void add(ResultSet keys) throws SQLException {
    try (keys) {
      while (keys.next()) {
        addRow(keys);
      }
    }
  }

  /** Copies the current row. */
  void addRow(ResultSet keys) throws SQLException {
    ResultSetMetaData columns = keys.getMetaData();
    for (int i = labels.size() + 1; i <= columns.getColumnCount(); i++) {
      labels.add(columns.getColumnLabel(i));
      types.add(columns.getColumnType(i));
    }
    List<@Nullable Object> values = new ArrayList<>(labels.size());
    for (int i = 1; i <= columns.getColumnCount(); i++) {
      values.add(value(keys, i));
    }
    rows.add(values);
  }

  /** What a driver has no object for (on H2 a DECFLOAT that is not a number) is kept as text. */
  private static @Nullable Object value(ResultSet keys, int column) throws SQLException {
    try {
      return keys.getObject(column);
    } catch (SQLException noObject) {
      try {
        return keys.getString(column);
      } catch (SQLException neither) {
        noObject.addSuppressed(neither);
        throw noObject;
      }
    }
  }

  ResultSet resultSet() {
    return (ResultSet) proxy(ResultSet.class, this);
  }

  private static Object proxy(Class<?> type, InvocationHandler handler) {
    return Proxy.newProxyInstance(
        CollectedKeys.class.getClassLoader(), new Class<?>[] {type}, handler);
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
      throws SQLException {
    String name = method.getName();
    switch (name) {
      case "next" -> {
        row = Math.min(row + 1, rows.size());
        return row < rows.size();
      }
      case "close" -> {
        closed = true;
        return null;
      }
      case "isClosed" -> {
        return closed;
      }
      case "wasNull" -> {
        return wasNull;
      }
      case "getRow" -> {
        return row < rows.size() ? row + 1 : 0;
      }
      case "getType" -> {
        return ResultSet.TYPE_FORWARD_ONLY;
      }
      case "getMetaData" -> {
        return proxy(ResultSetMetaData.class, (self, call, given) -> describe(call, given));
      }
      case "findColumn" -> {
        return index(String.valueOf(first(arguments)));
      }
      case "getStatement", "getWarnings" -> {
        return null;
      }
      case "equals" -> {
        return arguments != null && proxy == arguments[0];
      }
      case "hashCode" -> {
        return System.identityHashCode(this);
      }
      case "toString" -> {
        return "generated keys " + labels;
      }
      default -> {
        return value(method, arguments);
      }
    }
  }

  private @Nullable Object describe(Method method, Object @Nullable [] arguments)
      throws SQLException {
    return switch (method.getName()) {
      case "getColumnCount" -> labels.size();
      case "getColumnLabel", "getColumnName" -> labels.get((Integer) first(arguments) - 1);
      case "getColumnType" -> types.get((Integer) first(arguments) - 1);
      default -> throw unsupported(method);
    };
  }

  private static Object first(Object @Nullable [] arguments) {
    if (arguments == null || arguments.length == 0) {
      throw new IllegalArgumentException("an argument is missing");
    }
    return arguments[0];
  }

  private @Nullable Object value(Method method, Object @Nullable [] arguments) throws SQLException {
    if (!method.getName().startsWith("get") || arguments == null || arguments.length == 0) {
      throw unsupported(method);
    }
    Object column = arguments[0];
    int index = column instanceof Integer number ? number : index(String.valueOf(column));
    if (closed || row < 0 || row >= rows.size() || index < 1 || index > labels.size()) {
      throw new SQLException("no generated key at row " + row + ", column " + index, "24000");
    }
    Object value = rows.get(row).get(index - 1);
    wasNull = value == null;
    Class<?> asked =
        arguments.length == 2 && arguments[1] instanceof Class<?> type
            ? type
            : method.getReturnType();
    return convert(value, asked, method);
  }

  private static @Nullable Object convert(@Nullable Object value, Class<?> asked, Method method)
      throws SQLException {
    if (value == null) {
      return asked.isPrimitive() ? convert(0, asked, method) : null;
    }
    if (asked.isInstance(value)) {
      return value;
    }
    if (asked == String.class) {
      return value.toString();
    }
    if (!(value instanceof Number) && !(value instanceof String)) {
      throw unsupported(method);
    }
    BigDecimal number = new BigDecimal(value.toString());
    if (asked == long.class || asked == Long.class) {
      return number.longValueExact();
    }
    if (asked == int.class || asked == Integer.class) {
      return number.intValueExact();
    }
    if (asked == short.class || asked == Short.class) {
      return number.shortValueExact();
    }
    if (asked == BigDecimal.class) {
      return number;
    }
    throw unsupported(method);
  }

  private int index(String label) throws SQLException {
    for (int i = 0; i < labels.size(); i++) {
      if (labels.get(i).equalsIgnoreCase(label)) {
        return i + 1;
      }
    }
    throw new SQLException(
        "no generated key is called " + label + ", there are " + labels, "42703");
  }

  private static SQLException unsupported(Method method) {
    return new SQLFeatureNotSupportedException(
        "generated keys of a batch do not support " + method.getName());
  }
}
