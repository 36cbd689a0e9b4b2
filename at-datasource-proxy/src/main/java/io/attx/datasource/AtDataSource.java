package io.attx.datasource;

import io.attx.AttxException;
import io.attx.client.AtClient;
import io.attx.datasource.branch.BranchSettings;
import io.attx.datasource.branch.DataSourceBranches;
import io.attx.datasource.jdbc.AtConnection;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import javax.sql.XADataSource;

/**
 * A data source whose local transactions are branches of the global transaction that the calling
 * thread is in. Outside of a global transaction it only delegates. Thread-safe.
 */
public final class AtDataSource implements DataSource, AutoCloseable {
  private final DataSource target;
  private final DataSourceBranches branches;
  private final boolean checksLocalWrites;
  private final AtomicBoolean started = new AtomicBoolean();

  private AtDataSource(DataSource target, DataSourceBranches branches, boolean checksLocalWrites) {
    this.target = target;
    this.branches = branches;
    this.checksLocalWrites = checksLocalWrites;
  }

  /**
   * Wraps a pool. A data source that is wrapped already is returned as it is.
   *
   * <p>Neither a coordinator nor a database that is down makes this fail: both are tried again in
   * the background, and what needs them fails clearly until they are there.
   *
   * @throws AttxException when the database is not supported, or its undo tables are missing and
   *     must not be created, or a dirty-row policy names a table or column that does not exist
   * @throws IllegalArgumentException when the data source cannot be wrapped
   */
  public static AtDataSource wrap(DataSource target, AtClient client, AtDataSourceOptions options) {
    if (target instanceof AtDataSource wrapped) {
      return wrapped;
    }
    AtDataSource source = wrapUnstarted(target, client, options);
    source.start();
    return source;
  }

  /**
   * Wraps as {@link #wrap}, but leaves the database alone: call {@link #start} when its undo tables
   * and those that dirty-row policies name can be expected to be there, after a migration for
   * example. Until then it works, and looks at the database when the first global transaction does.
   *
   * @throws IllegalArgumentException when the data source cannot be wrapped
   */
  public static AtDataSource wrapUnstarted(
      DataSource target, AtClient client, AtDataSourceOptions options) {
    // Some drivers have one class for both; its plain connections are fine.
    if (target instanceof XADataSource && target.getClass().getSimpleName().contains("XA")) {
      throw new IllegalArgumentException(
          target.getClass().getName()
              + " is an XADataSource, whose transactions another transaction manager ends. What to"
              + " do: wrap a plain DataSource, usually a connection pool.");
    }
    requireNotWrappedBelow(target);
    BranchSettings settings =
        new BranchSettings(
            options.undoTable(),
            options.createSchema(),
            options.lockWait(),
            options.maxBranchRows(),
            options.maxBranchBytes(),
            lowerCase(options.untrackedTables()),
            lowerCase(options.tablesWithUnprotectedTriggers()),
            options.sweepAge(),
            options.dirty());
    DataSourceBranches branches =
        new DataSourceBranches(target, client.resourceManagers(), settings);
    return new AtDataSource(target, branches, options.localWrites() == LocalWrites.CHECK);
  }

  private static Set<String> lowerCase(Set<String> names) {
    return names.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
  }

  /**
   * Starts to serve the coordinator, where that was left out. Does nothing the second time.
   *
   * @throws AttxException as {@link #wrap}
   */
  public void start() {
    if (started.compareAndSet(false, true)) {
      branches.start();
    }
  }

  private static void requireNotWrappedBelow(DataSource target) {
    boolean wrapped;
    try {
      wrapped = target.isWrapperFor(AtDataSource.class);
    } catch (SQLException failure) {
      throw new IllegalArgumentException(
          "cannot tell what is below " + target.getClass().getName(), failure);
    }
    if (wrapped) {
      throw new IllegalArgumentException(
          target.getClass().getName()
              + " is over a data source that is wrapped already. What to do: wrap once, outside of"
              + " the connection pool.");
    }
  }

  @Override
  public Connection getConnection() throws SQLException {
    return AtConnection.wrap(target.getConnection(), branches::get, checksLocalWrites);
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    return AtConnection.wrap(
        target.getConnection(user, password), branches::get, checksLocalWrites);
  }

  @Override
  public PrintWriter getLogWriter() throws SQLException {
    return target.getLogWriter();
  }

  @Override
  public void setLogWriter(PrintWriter out) throws SQLException {
    target.setLogWriter(out);
  }

  @Override
  public void setLoginTimeout(int seconds) throws SQLException {
    target.setLoginTimeout(seconds);
  }

  @Override
  public int getLoginTimeout() throws SQLException {
    return target.getLoginTimeout();
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    return target.getParentLogger();
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    if (type.isInstance(this)) {
      return type.cast(this);
    }
    return type.isInstance(target) ? type.cast(target) : target.unwrap(type);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) throws SQLException {
    return type.isInstance(this) || type.isInstance(target) || target.isWrapperFor(type);
  }

  /**
   * How many branches have an undo row or a marker in the database now: those of transactions that
   * are open, or ended seconds ago, or wait for somebody. Asks the database.
   *
   * @param atMost where counting stops
   * @throws SQLException when the database cannot be reached or is not prepared
   */
  public int undoBacklog(int atMost) throws SQLException {
    return branches.undoBacklog(atMost);
  }

  /** Ends the service for the coordinator; the pool below stays open. Idempotent. */
  @Override
  public void close() {
    branches.close();
  }

  @Override
  public String toString() {
    return "AtDataSource[" + target + "]";
  }
}
