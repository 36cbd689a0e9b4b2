package io.attx.it.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.attx.client.AtClient;
import io.attx.client.AtClientOptions;
import io.attx.databases.DatabaseAddress;
import io.attx.datasource.AtDataSource;
import io.attx.datasource.AtDataSourceOptions;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;

/**
 * One service of the tests: a database with accounts, a pool, a client and the proxy. {@link
 * #crash()} leaves everything as a dead process would, {@link #restart} is the same service again.
 */
public final class Bank implements AutoCloseable {
  private final String name;
  private final String coordinator;
  private final String token;
  private final FaultyDataSource faults;
  private final UnaryOperator<AtDataSourceOptions.Builder> options;
  private AtClient client;
  private HikariDataSource pool;
  private AtDataSource accounts;

  private Bank(
      String name,
      DataSource driver,
      String coordinator,
      String token,
      UnaryOperator<AtDataSourceOptions.Builder> options) {
    this.name = name;
    this.faults = new FaultyDataSource(driver);
    this.coordinator = coordinator;
    this.token = token;
    this.options = options;
  }

  /** Opens a bank on an empty database: creates its table and starts its service. */
  public static Bank open(
      String name,
      DatabaseAddress database,
      String coordinator,
      String token,
      UnaryOperator<AtDataSourceOptions.Builder> options)
      throws SQLException {
    Bank bank = new Bank(name, database.dataSource(), coordinator, token, options);
    bank.execute(
        "create table account (id bigint not null primary key, owner varchar(80) not null,"
            + " balance decimal(19,2) not null, note varchar(200))");
    bank.restart();
    return bank;
  }

  /** Starts the process of this service (again). */
  public void restart() throws SQLException {
    HikariConfig config = new HikariConfig();
    config.setDataSource(faults);
    config.setPoolName(name);
    config.setMaximumPoolSize(12);
    config.setMinimumIdle(1);
    config.setConnectionTimeout(10_000);
    pool = new HikariDataSource(config);
    client =
        AtClient.connect(
            AtClientOptions.builder()
                .application(name)
                .coordinators(coordinator)
                .token(token)
                // Longer than any test may take: what waits for a time-out instead of for an event
                // shows as a test that hangs.
                .requestTimeout(Duration.ofMinutes(3))
                .build());
    accounts =
        AtDataSource.wrap(
            pool, client, options.apply(AtDataSourceOptions.builder().createSchema(true)).build());
  }

  /** Ends the process of this service: nothing is finished, connections break. */
  public void crash() {
    accounts.close();
    client.close();
    pool.close();
  }

  public String name() {
    return name;
  }

  public AtClient client() {
    return client;
  }

  public DataSource dataSource() {
    return accounts;
  }

  /** The driver side, to install faults. */
  public FaultyDataSource faults() {
    return faults;
  }

  /** Waits for a session, as a test must before its first begin. */
  public Bank awaitConnected() {
    await().atMost(Duration.ofSeconds(20)).until(client::isConnected);
    return this;
  }

  /** Outside of attx: what another tool would do to the database. */
  public void execute(String sql) throws SQLException {
    try (Connection connection = faults.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  public void put(long id, String owner, String balance) throws SQLException {
    execute(
        "insert into account (id, owner, balance) values ("
            + id
            + ", '"
            + owner
            + "', "
            + balance
            + ")");
  }

  /** Through the proxy, in a local transaction with parameters. */
  public int add(long id, String amount) throws SQLException {
    try (Connection connection = accounts.getConnection()) {
      connection.setAutoCommit(false);
      int count = add(connection, id, amount);
      connection.commit();
      return count;
    }
  }

  public static int add(Connection connection, long id, String amount) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement("update account set balance = balance + ? where id = ?")) {
      update.setBigDecimal(1, new BigDecimal(amount));
      update.setLong(2, id);
      return update.executeUpdate();
    }
  }

  /** The balance as anybody sees it, past attx. */
  public BigDecimal balance(long id) throws SQLException {
    try (Connection connection = faults.getConnection();
        PreparedStatement query =
            connection.prepareStatement("select balance from account where id = ?")) {
      query.setLong(1, id);
      try (ResultSet row = query.executeQuery()) {
        assertThat(row.next()).as("account %s of %s exists", id, name).isTrue();
        return row.getBigDecimal(1);
      }
    }
  }

  /** Every value of a table as text, in key order: what must be the same after a rollback. */
  public List<List<String>> dump(String table, String orderBy) throws SQLException {
    List<List<String>> rows = new ArrayList<>();
    try (Connection connection = faults.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select * from " + table + " order by " + orderBy)) {
      int columns = row.getMetaData().getColumnCount();
      while (row.next()) {
        List<String> values = new ArrayList<>();
        for (int i = 1; i <= columns; i++) {
          values.add(row.getString(i));
        }
        rows.add(values);
      }
    }
    return rows;
  }

  public List<List<String>> dump() throws SQLException {
    return dump("account", "id");
  }

  /** How many rows the undo table has, in any state. */
  public int undoRows() {
    try (Connection connection = faults.getConnection();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select count(*) from undo_log")) {
      row.next();
      return row.getInt(1);
    } catch (SQLException e) {
      throw new AssertionError("cannot count undo rows of " + name, e);
    }
  }

  /** Promise P9: undo rows vanish. */
  public void awaitNoUndoRows() {
    await("no undo row in " + name).atMost(Duration.ofSeconds(30)).until(() -> undoRows() == 0);
  }

  @Override
  public void close() {
    crash();
  }
}
