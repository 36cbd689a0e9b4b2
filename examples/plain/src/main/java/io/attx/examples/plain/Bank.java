package io.attx.examples.plain;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.attx.Xid;
import io.attx.client.AtClient;
import io.attx.datasource.AtDataSource;
import io.attx.datasource.AtDataSourceOptions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** A bank with its own database. Its methods are plain JDBC. */
final class Bank implements AutoCloseable {

  private final AtClient client;
  private final HikariDataSource pool;
  private final AtDataSource accounts;

  /** Opens the bank with one account. */
  Bank(String name, AtClient client, String owner, int balance) throws SQLException {
    this.client = client;
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl("jdbc:h2:mem:" + name);
    pool = new HikariDataSource(config);
    // The one line that makes its local transactions branches of global ones.
    accounts = AtDataSource.wrap(pool, client, AtDataSourceOptions.defaults());
    try (Connection connection = accounts.getConnection()) {
      try (Statement create = connection.createStatement()) {
        create.execute("CREATE TABLE account (owner VARCHAR(20) PRIMARY KEY, balance INT)");
      }
      try (PreparedStatement insert =
          connection.prepareStatement("INSERT INTO account VALUES (?, ?)")) {
        insert.setString(1, owner);
        insert.setInt(2, balance);
        insert.executeUpdate();
      }
    }
  }

  /** Changes a balance, in a local transaction that commits at once. */
  void add(String owner, int amount) throws SQLException {
    try (Connection connection = accounts.getConnection();
        PreparedStatement update =
            connection.prepareStatement(
                "UPDATE account SET balance = balance + ? WHERE owner = ?")) {
      update.setInt(1, amount);
      update.setString(2, owner);
      if (update.executeUpdate() == 0) {
        throw new IllegalStateException(owner + " has no account here");
      }
    }
  }

  /** As a service would be called from elsewhere, with the xid as text in a header. */
  void addFor(String xid, String owner, int amount) throws SQLException {
    try (var joined = client.join(Xid.parse(xid))) {
      add(owner, amount);
    }
  }

  /** The balance as committed. */
  int balance(String owner) throws SQLException {
    try (Connection connection = accounts.getConnection();
        PreparedStatement query =
            connection.prepareStatement("SELECT balance FROM account WHERE owner = ?")) {
      query.setString(1, owner);
      try (ResultSet row = query.executeQuery()) {
        if (!row.next()) {
          throw new IllegalStateException(owner + " has no account here");
        }
        return row.getInt(1);
      }
    }
  }

  @Override
  public void close() {
    accounts.close();
    pool.close();
  }
}
