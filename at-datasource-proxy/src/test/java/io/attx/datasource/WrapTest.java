package io.attx.datasource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.attx.AttxException;
import io.attx.Xid;
import io.attx.client.GlobalTransactionContext;
import io.attx.datasource.support.InMemoryCoordinator;
import io.attx.datasource.support.Interception;
import io.attx.datasource.support.TestDatabase;
import io.attx.protocol.BranchResult;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.ShardingKeyBuilder;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Logger;
import javax.sql.DataSource;
import javax.sql.XAConnection;
import javax.sql.XAConnectionBuilder;
import javax.sql.XADataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a data source starts and stops to take part. */
class WrapTest {
  private TestDatabase database;
  private InMemoryCoordinator coordinator;

  @BeforeEach
  void open() throws SQLException {
    database = new TestDatabase(3);
    coordinator = new InMemoryCoordinator();
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void wrapping_announces_the_resource_and_closing_takes_it_back() {
    AtDataSource wrapped = wrap(database.pool());
    assertThat(coordinator.resources()).hasSize(1);
    wrapped.close();
    wrapped.close();
    assertThatThrownBy(() -> coordinator.manager(coordinator.resources().get(0)))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(database.pool().isClosed()).isFalse();
  }

  @Test
  void two_wrappers_of_one_database_share_one_resource() {
    try (AtDataSource one = wrap(database.pool());
        AtDataSource other = wrap(proxied(database.pool()))) {
      assertThat(one).isNotSameAs(other);
      assertThat(coordinator.resources()).hasSize(1);
    }
  }

  @Test
  void wrapping_twice_returns_the_first_wrapper() {
    try (AtDataSource wrapped = wrap(database.pool())) {
      assertThat(wrap(wrapped)).isSameAs(wrapped);
    }
  }

  @Test
  void a_data_source_over_a_wrapped_one_is_refused() {
    try (AtDataSource wrapped = wrap(database.pool())) {
      assertThatThrownBy(() -> wrap(proxied(wrapped)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("wrapped already");
    }
  }

  @Test
  void an_xa_data_source_is_refused() {
    assertThatThrownBy(() -> wrap(new TwoPhaseXADataSource()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("plain DataSource");
  }

  @Test
  void unwrap_reaches_the_pool() throws SQLException {
    try (AtDataSource wrapped = wrap(database.pool())) {
      assertThat(wrapped.isWrapperFor(HikariDataSource.class)).isTrue();
      assertThat(wrapped.unwrap(HikariDataSource.class)).isSameAs(database.pool());
      assertThat(wrapped.unwrap(AtDataSource.class)).isSameAs(wrapped);
    }
  }

  @Test
  void an_unknown_database_is_an_error_that_names_it_and_what_is_supported() {
    DataSource strange =
        Interception.after(
            DataSource.class,
            database.pool(),
            "getConnection",
            connection ->
                Interception.after(
                    Connection.class,
                    connection,
                    "getMetaData",
                    metaData ->
                        Interception.after(
                            DatabaseMetaData.class,
                            metaData,
                            "getDatabaseProductName",
                            name -> "StrangeDB")));
    assertThatThrownBy(() -> wrap(strange))
        .isInstanceOf(AttxException.class)
        .hasMessageContaining("StrangeDB")
        .hasMessageContaining("h2")
        .hasMessageContaining("mysql");
  }

  @Test
  void a_database_that_is_down_at_start_is_found_later() throws Exception {
    AtomicBoolean up = new AtomicBoolean();
    DataSource flaky = failingUnless(up, database.pool());
    try (AtDataSource wrapped = wrap(flaky)) {
      assertThat(coordinator.resources()).isEmpty();
      assertThatThrownBy(wrapped::getConnection)
          .isInstanceOf(SQLNonTransientConnectionException.class);
      up.set(true);
      try (var scope = GlobalTransactionContext.join(coordinator.newXid());
          Connection connection = wrapped.getConnection();
          Statement statement = connection.createStatement()) {
        assertThat(statement.executeUpdate("delete from account where id = 1")).isEqualTo(1);
      }
      assertThat(coordinator.resources()).hasSize(1);
    }
  }

  @Test
  void a_database_that_was_down_is_announced_without_being_used() {
    AtomicBoolean up = new AtomicBoolean();
    try (AtDataSource wrapped = wrap(failingUnless(up, database.pool()))) {
      up.set(true);
      await().atMost(Duration.ofSeconds(20)).until(() -> !coordinator.resources().isEmpty());
      assertThat(wrapped.toString()).startsWith("AtDataSource[");
    }
  }

  @Test
  void phase_two_gives_its_connections_back_when_it_is_idle() throws Exception {
    try (AtDataSource wrapped = wrap(database.pool())) {
      Xid xid = deleteOne(wrapped);
      for (BranchResult result : coordinator.rollback(xid)) {
        assertThat(result.outcome()).isEqualTo(BranchResult.Outcome.UNDONE);
      }
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> database.pool().getHikariPoolMXBean().getActiveConnections() == 0);
    }
    assertThat(database.accounts()).hasSize(3);
  }

  @Test
  void phase_two_works_although_the_only_connection_was_busy() throws Exception {
    try (TestDatabase small = new TestDatabase(1);
        AtDataSource wrapped = wrap(small.pool())) {
      Xid xid = deleteOne(wrapped);
      InMemoryCoordinator.Recorded branch = coordinator.branches.get(0);
      CompletableFuture<BranchResult> undone;
      try (Connection busy = wrapped.getConnection()) {
        undone = coordinator.send(branch, io.attx.protocol.BranchCommand.Action.ROLLBACK);
        assertThat(busy.isValid(1)).isTrue();
      }
      assertThat(undone.get(10, TimeUnit.SECONDS).outcome()).isEqualTo(BranchResult.Outcome.UNDONE);
      assertThat(small.accounts()).hasSize(3);
      assertThat(coordinator.heldBy(xid)).hasSize(1);
    }
  }

  private Xid deleteOne(DataSource wrapped) throws SQLException {
    Xid xid = coordinator.newXid();
    try (var scope = GlobalTransactionContext.join(xid);
        Connection connection = wrapped.getConnection();
        Statement statement = connection.createStatement()) {
      statement.executeUpdate("delete from account where id = 1");
    }
    return xid;
  }

  private AtDataSource wrap(DataSource target) {
    return AtDataSource.wrap(target, coordinator, AtDataSourceOptions.defaults());
  }

  private static DataSource proxied(DataSource target) {
    return Interception.after(DataSource.class, target, "nothing", value -> value);
  }

  private static DataSource failingUnless(AtomicBoolean up, DataSource target) {
    return Interception.after(
        DataSource.class,
        target,
        "getConnection",
        connection -> {
          if (!up.get()) {
            ((Connection) connection).close();
            throw new SQLNonTransientConnectionException("the database is down", "08001");
          }
          return connection;
        });
  }

  /** Made for two-phase commit only. */
  private static final class TwoPhaseXADataSource implements DataSource, XADataSource {
    @Override
    public Connection getConnection() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Connection getConnection(String user, String password) {
      throw new UnsupportedOperationException();
    }

    @Override
    public XAConnection getXAConnection() {
      throw new UnsupportedOperationException();
    }

    @Override
    public XAConnection getXAConnection(String user, String password) {
      throw new UnsupportedOperationException();
    }

    @Override
    public PrintWriter getLogWriter() {
      return new PrintWriter(System.err, true);
    }

    @Override
    public void setLogWriter(PrintWriter out) {}

    @Override
    public void setLoginTimeout(int seconds) {}

    @Override
    public int getLoginTimeout() {
      return 0;
    }

    @Override
    public Logger getParentLogger() {
      return Logger.getGlobal();
    }

    @Override
    public <T> T unwrap(Class<T> type) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
      return false;
    }

    @Override
    public ShardingKeyBuilder createShardingKeyBuilder() {
      throw new UnsupportedOperationException();
    }

    @Override
    public XAConnectionBuilder createXAConnectionBuilder() {
      throw new UnsupportedOperationException();
    }
  }
}
