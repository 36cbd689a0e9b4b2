package io.attx.datasource.support;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.attx.Xid;
import io.attx.client.GlobalTransactionContext;
import io.attx.databases.DatabaseAddress;
import io.attx.databases.DatabaseKind;
import io.attx.databases.SharedServers;
import io.attx.datasource.AtDataSource;
import io.attx.datasource.AtDataSourceOptions;
import io.attx.protocol.BranchResult;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;

/** A fresh database on a real server, wrapped, with a coordinator in memory. */
public final class RealDatabase implements AutoCloseable {
  private final DatabaseAddress address;
  private final DataSource target;
  private final InMemoryCoordinator coordinator = new InMemoryCoordinator();
  private final AtDataSource wrapped;

  /** Without a pool; with options on top of: tables are created, a short wait for locks. */
  public RealDatabase(DatabaseAddress address, UnaryOperator<AtDataSourceOptions.Builder> options) {
    this(address, address.dataSource(), options);
  }

  private RealDatabase(
      DatabaseAddress address,
      DataSource target,
      UnaryOperator<AtDataSourceOptions.Builder> options) {
    this.address = address;
    this.target = target;
    this.wrapped =
        AtDataSource.wrap(
            target,
            coordinator,
            options
                .apply(
                    AtDataSourceOptions.builder()
                        .createSchema(true)
                        .lockWait(Duration.ofMillis(300)))
                .build());
  }

  /** Behind a pool, which saves a login for each branch. */
  public static RealDatabase on(DatabaseKind kind) {
    DatabaseAddress address = SharedServers.freshDatabase(kind);
    HikariConfig config = new HikariConfig();
    config.setDataSource(address.dataSource());
    config.setMaximumPoolSize(8);
    config.setMinimumIdle(1);
    return new RealDatabase(address, new HikariDataSource(config), options -> options);
  }

  public DatabaseAddress address() {
    return address;
  }

  public InMemoryCoordinator coordinator() {
    return coordinator;
  }

  public AtDataSource wrapped() {
    return wrapped;
  }

  /** Runs texts outside of everything, each committed. */
  public void execute(String... texts) throws SQLException {
    try (Connection connection = address.connect();
        Statement statement = connection.createStatement()) {
      for (String sql : texts) {
        statement.execute(sql);
      }
    }
  }

  /** All rows as text, one line per row. */
  public List<String> rows(String sql) throws SQLException {
    try (Connection connection = address.connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      return TestDatabase.lines(rows);
    }
  }

  /** A new global transaction that nobody is in yet. */
  public Xid begin() {
    return coordinator.newXid();
  }

  /** Runs texts in one local transaction of a global one and commits it. */
  public void inBranch(Xid xid, String... texts) throws SQLException {
    try (var scope = GlobalTransactionContext.join(xid);
        Connection connection = wrapped.getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      for (String sql : texts) {
        statement.execute(sql);
      }
      connection.commit();
    }
  }

  /** Rolls a global transaction back; what each branch answered, the last first. */
  public List<BranchResult> rollback(Xid xid) throws Exception {
    return coordinator.rollback(xid);
  }

  @Override
  public void close() {
    wrapped.close();
    if (target instanceof HikariDataSource pool) {
      pool.close();
    }
  }
}
