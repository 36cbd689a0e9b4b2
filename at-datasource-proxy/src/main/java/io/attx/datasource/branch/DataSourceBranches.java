package io.attx.datasource.branch;

import io.attx.AttxException;
import io.attx.client.ResourceManagerClient;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything of one wrapped data source that lives as long as it does: the database, initialised as
 * soon as it can be reached; phase two; the timer of deadlines. Thread-safe.
 */
public final class DataSourceBranches implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DataSourceBranches.class);
  private static final long RETRY_SECONDS = 5;
  private static final long SWEEP_SECONDS = 60;
  private static final long DEADLINE_TICK_MILLIS = 100;

  private final DataSource pool;
  private final ResourceManagerClient client;
  private final BranchSettings settings;
  private final OpenBranches open = new OpenBranches();
  private final ScheduledThreadPoolExecutor timer;
  private final ReentrantLock initialising = new ReentrantLock();

  private volatile @Nullable AtResource resource;
  private @Nullable PhaseTwo phaseTwo;
  private ResourceManagerClient.@Nullable Attachment attachment;
  private boolean closed;

  /** Over one pool. */
  public DataSourceBranches(
      DataSource pool, ResourceManagerClient client, BranchSettings settings) {
    this.pool = pool;
    this.client = client;
    this.settings = settings;
    this.timer =
        new ScheduledThreadPoolExecutor(
            2,
            task -> {
              Thread thread = new Thread(task, "attx-datasource-timer");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Initialises what can be now. A database that cannot be reached is tried again in the
   * background; anything else that is wrong is thrown.
   *
   * @throws AttxException when the database is not supported or not prepared
   */
  public void start() {
    try {
      AtResource reached = get();
      LOG.debug("reached {}", reached);
    } catch (SQLException | RuntimeException failure) {
      if (!isUnreachable(failure)) {
        timer.shutdownNow();
        throw new AttxException(
            "the data source cannot take part in global transactions: " + failure.getMessage(),
            failure);
      }
      LOG.warn("the database cannot be reached; trying again every {} s", RETRY_SECONDS, failure);
      every(TimeUnit.SECONDS.toMillis(RETRY_SECONDS), this::retry);
    }
    every(DEADLINE_TICK_MILLIS, open::expire);
    every(TimeUnit.SECONDS.toMillis(SWEEP_SECONDS), this::sweep);
  }

  /** Repeats a task; one that fails is repeated all the same. */
  private void every(long millis, Runnable task) {
    Runnable guarded =
        () -> {
          try {
            task.run();
          } catch (RuntimeException failure) {
            LOG.error("a periodic task of the data source failed", failure);
          }
        };
    var unused = timer.scheduleWithFixedDelay(guarded, millis, millis, TimeUnit.MILLISECONDS);
  }

  /** Class 08 is a connection failure; pools report theirs without a state or as transient. */
  private static boolean isUnreachable(Exception failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof java.sql.SQLTransientConnectionException
          || cause instanceof java.net.ConnectException
          || (cause instanceof SQLException sql
              && sql.getSQLState() != null
              && sql.getSQLState().startsWith("08"))) {
        return true;
      }
    }
    return false;
  }

  private void retry() {
    if (resource != null) {
      return;
    }
    try {
      AtResource reached = get();
      LOG.debug("reached {}", reached);
    } catch (SQLException | RuntimeException failure) {
      LOG.warn("the database still cannot take part in global transactions", failure);
    }
  }

  /**
   * The database; initialised now where that has not succeeded before.
   *
   * @throws SQLException when it cannot be reached or is not prepared
   */
  public AtResource get() throws SQLException {
    AtResource known = resource;
    if (known != null) {
      return known;
    }
    try (Connection connection = pool.getConnection()) {
      return initialise(connection);
    }
  }

  private AtResource initialise(Connection connection) throws SQLException {
    initialising.lock();
    try {
      AtResource known = resource;
      if (known != null) {
        return known;
      }
      if (closed) {
        throw new SQLException("the data source is closed for global transactions", "08003");
      }
      connection.setAutoCommit(true);
      AtResource opened = AtResource.open(connection, client, settings, open);
      PhaseTwo started = new PhaseTwo(pool, opened);
      started.start();
      phaseTwo = started;
      attachment = client.attach(opened.announcement(), started);
      resource = opened;
      LOG.info("{} takes part in global transactions", opened);
      return opened;
    } finally {
      initialising.unlock();
    }
  }

  private void sweep() {
    PhaseTwo working = phaseTwo;
    if (resource != null && working != null) {
      working.requestSweep();
    }
  }

  /**
   * How many branches have an undo row or a marker in the database now.
   *
   * @param atMost where counting stops
   */
  public int undoBacklog(int atMost) throws SQLException {
    AtResource reached = get();
    try (Connection connection = pool.getConnection()) {
      return reached.undo().count(connection, atMost);
    }
  }

  /** How many local transactions are open branches now. */
  public int openBranches() {
    return open.size();
  }

  /** Takes the database out of the coordinator's service; the pool stays as it is. */
  @Override
  public void close() {
    timer.shutdownNow();
    initialising.lock();
    try {
      closed = true;
      if (attachment != null) {
        attachment.close();
        attachment = null;
      }
      if (phaseTwo != null) {
        phaseTwo.close();
        phaseTwo = null;
      }
    } finally {
      initialising.unlock();
    }
  }
}
