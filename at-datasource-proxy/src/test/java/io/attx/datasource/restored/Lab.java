package io.attx.datasource.restored;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.attx.Xid;
import io.attx.client.GlobalTransactionContext;
import io.attx.databases.DatabaseAddress;
import io.attx.datasource.AtDataSource;
import io.attx.datasource.AtDataSourceOptions;
import io.attx.datasource.support.InMemoryCoordinator;
import io.attx.protocol.BranchResult;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A database behind the real proxy, a coordinator in memory, and a plain connection past both. */
public final class Lab implements AutoCloseable {
  private final HikariDataSource pool;
  private final InMemoryCoordinator coordinator = new InMemoryCoordinator();
  private final AtDataSource source;
  private final Connection plain;
  private final List<CompletableFuture<BranchResult>> deletions = new ArrayList<>();

  /** Over an empty database. */
  public Lab(DatabaseAddress address, UnaryOperator<AtDataSourceOptions.Builder> options)
      throws SQLException {
    this(address, options, null, UnaryOperator.identity());
  }

  /**
   * With settings of every session but the plain one, and with something in front of the driver.
   *
   * @param initialSql runs first on each connection of the pool, or null
   */
  public Lab(
      DatabaseAddress address,
      UnaryOperator<AtDataSourceOptions.Builder> options,
      @Nullable String initialSql,
      UnaryOperator<DataSource> driver)
      throws SQLException {
    HikariConfig config = new HikariConfig();
    config.setConnectionInitSql(initialSql);
    config.setDataSource(driver.apply(address.dataSource()));
    config.setMaximumPoolSize(10);
    config.setMinimumIdle(1);
    pool = new HikariDataSource(config);
    source =
        AtDataSource.wrap(
            pool,
            coordinator,
            options
                .apply(
                    AtDataSourceOptions.builder()
                        .createSchema(true)
                        .lockWait(Duration.ZERO)
                        .sweepAge(Duration.ofHours(1)))
                .build());
    plain = address.connect();
  }

  /** A new global transaction. */
  public Xid begin() {
    return coordinator.newXid();
  }

  /** Work of this thread inside a global transaction. */
  public interface Work {
    void run(Connection connection) throws SQLException;
  }

  /** Does work on a connection of the proxy inside a global transaction. */
  public void within(Xid xid, Work work) throws SQLException {
    try (GlobalTransactionContext.Scope scope = GlobalTransactionContext.join(xid);
        Connection connection = source.getConnection()) {
      work.run(connection);
    }
  }

  /** Rolls a global transaction back; every branch must be undone. */
  public void rollback(Xid xid) {
    InMemoryCoordinator.Undone undone;
    try {
      undone = coordinator.undo(xid);
    } catch (Exception failure) {
      throw new AssertionError("rollback of " + xid, failure);
    }
    for (BranchResult result : undone.results()) {
      if (result.outcome() != BranchResult.Outcome.UNDONE) {
        throw new AssertionError("not undone: " + result);
      }
    }
    deletions.addAll(undone.markers());
  }

  /** Commits a global transaction. */
  public void commit(Xid xid) {
    deletions.addAll(coordinator.commit(xid));
  }

  /** Past the proxy. */
  public Connection plain() {
    return plain;
  }

  /** Past the proxy. */
  public void execute(String... statements) throws SQLException {
    try (Statement statement = plain.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** Waits until what ended transactions left behind is deleted, and forgets them. */
  public void settle() throws Exception {
    for (CompletableFuture<BranchResult> deletion : deletions) {
      BranchResult result = deletion.get(60, TimeUnit.SECONDS);
      if (result.outcome() != BranchResult.Outcome.UNDO_DELETED) {
        throw new AssertionError("not deleted: " + result);
      }
    }
    deletions.clear();
    coordinator.branches.clear();
    coordinator.requests.clear();
    try (Statement statement = plain.createStatement();
        ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM undo_log")) {
      row.next();
      if (row.getInt(1) != 0) {
        throw new AssertionError(row.getInt(1) + " undo rows are left");
      }
    }
  }

  @Override
  public void close() throws SQLException {
    source.close();
    pool.close();
    plain.close();
  }
}
