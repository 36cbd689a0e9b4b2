package io.attx.it.support;

import java.io.PrintWriter;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Logger;
import javax.sql.DataSource;

/**
 * The driver side of a data source, with a hook before and after everything that is sent to the
 * database. Stands at the port between the pool and the driver, so that what is above it is real.
 */
public final class FaultyDataSource implements DataSource {
  private final DataSource driver;
  private final List<Hook> hooks = new CopyOnWriteArrayList<>();

  public FaultyDataSource(DataSource driver) {
    this.driver = driver;
  }

  /** Sees each statement text that is executed, and COMMIT and ROLLBACK. */
  public interface Hook {
    default void before(String what) throws SQLException {}

    default void after(String what) throws SQLException {}
  }

  /** From now on; the returned handle removes it. */
  public AutoCloseable install(Hook hook) {
    hooks.add(hook);
    return () -> hooks.remove(hook);
  }

  @Override
  public Connection getConnection() throws SQLException {
    Connection real = driver.getConnection();
    return proxy(Connection.class, new ConnectionHandler(real));
  }

  private Object send(String what, Call call) throws Throwable {
    for (Hook hook : hooks) {
      hook.before(what);
    }
    Object result = call.run();
    for (Hook hook : hooks) {
      hook.after(what);
    }
    return result;
  }

  private interface Call {
    Object run() throws Throwable;
  }

  private final class ConnectionHandler implements InvocationHandler {
    private final Connection real;

    private ConnectionHandler(Connection real) {
      this.real = real;
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] args) throws Throwable {
      switch (method.getName()) {
        case "commit":
          return send("COMMIT", () -> call(real, method, args));
        case "rollback":
          return send("ROLLBACK", () -> call(real, method, args));
        case "createStatement":
          return statement(Statement.class, call(real, method, args), null, proxy);
        case "prepareStatement":
          return statement(
              PreparedStatement.class, call(real, method, args), (String) args[0], proxy);
        case "prepareCall":
          return statement(
              CallableStatement.class, call(real, method, args), (String) args[0], proxy);
        default:
          return call(real, method, args);
      }
    }

    private Object statement(Class<?> type, Object real, String sql, Object connection) {
      return proxy(
          type,
          (proxy, method, args) -> {
            if (method.getName().equals("getConnection")) {
              return connection;
            }
            if (!method.getName().startsWith("execute")) {
              return call(real, method, args);
            }
            String what = args != null && args.length > 0 ? (String) args[0] : sql;
            return send(what == null ? method.getName() : what, () -> call(real, method, args));
          });
    }
  }

  private static Object call(Object target, Method method, Object[] args) throws Throwable {
    try {
      return method.invoke(target, args);
    } catch (InvocationTargetException thrown) {
      throw thrown.getCause();
    }
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(
            FaultyDataSource.class.getClassLoader(), new Class<?>[] {type}, handler));
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    throw new SQLFeatureNotSupportedException();
  }

  @Override
  public PrintWriter getLogWriter() throws SQLException {
    return driver.getLogWriter();
  }

  @Override
  public void setLogWriter(PrintWriter out) throws SQLException {
    driver.setLogWriter(out);
  }

  @Override
  public void setLoginTimeout(int seconds) throws SQLException {
    driver.setLoginTimeout(seconds);
  }

  @Override
  public int getLoginTimeout() throws SQLException {
    return driver.getLoginTimeout();
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    return driver.getParentLogger();
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    return driver.unwrap(type);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) throws SQLException {
    return driver.isWrapperFor(type);
  }
}
