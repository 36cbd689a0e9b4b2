package io.attx.datasource.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attx.datasource.support.TestDatabase;
import java.io.ByteArrayInputStream;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import org.h2.jdbc.JdbcConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Outside of a global transaction. The database behind these connections must never be asked. */
class OutsideTest {
  private TestDatabase database;
  private Connection connection;

  @BeforeEach
  void open() throws SQLException {
    database = new TestDatabase(4);
    connection =
        AtConnection.wrap(
            database.pool().getConnection(),
            () -> {
              throw new AssertionError("outside of a global transaction nothing may be parsed");
            },
            false);
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
    database.close();
  }

  @Test
  void statements_run_without_analysis_and_without_a_coordinator() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      assertThat(statement.executeUpdate("update account set balance = 1 where id = 1"))
          .isEqualTo(1);
      assertThat(statement.execute("create table t (id int)")).isFalse();
      assertThat(statement.getUpdateCount()).isZero();
      statement.addBatch("insert into t values (1)");
      statement.addBatch("insert into t values (2),(3)");
      assertThat(statement.executeBatch()).containsExactly(1, 2);
      try (ResultSet rows = statement.executeQuery("select count(*) from t")) {
        assertThat(TestDatabase.lines(rows)).containsExactly("3");
      }
    }
  }

  @Test
  void prepared_statements_hand_every_parameter_through() throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("insert into account values (?, ?, ?)")) {
      statement.setInt(1, 10);
      statement.setCharacterStream(2, new StringReader("dora"), 4);
      statement.setBigDecimal(3, new java.math.BigDecimal("7.50"));
      assertThat(statement.executeUpdate()).isEqualTo(1);
      statement.setInt(1, 11);
      statement.setString(2, "emil");
      statement.addBatch();
      statement.setInt(1, 12);
      statement.addBatch();
      assertThat(statement.executeBatch()).containsExactly(1, 1);
    }
    assertThat(database.rows("select * from account where id >= 10 order by id"))
        .containsExactly("10,dora,7.50", "11,emil,7.50", "12,emil,7.50");
  }

  @Test
  void generated_keys_come_from_the_driver() throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "insert into orders (item) values (?)", Statement.RETURN_GENERATED_KEYS)) {
      statement.setString(1, "pen");
      statement.executeUpdate();
      try (ResultSet keys = statement.getGeneratedKeys()) {
        assertThat(TestDatabase.lines(keys)).containsExactly("1");
      }
    }
  }

  @Test
  void binary_streams_reach_the_driver() throws SQLException {
    database.execute("create table blobs (id int primary key, data varbinary(100))");
    try (PreparedStatement statement =
        connection.prepareStatement("insert into blobs values (1, ?)")) {
      statement.setBinaryStream(1, new ByteArrayInputStream(new byte[] {1, 2, 3}));
      statement.executeUpdate();
    }
    assertThat(database.rows("select rawtohex(data) from blobs")).containsExactly("010203");
  }

  @Test
  void transactions_and_savepoints_are_those_of_the_driver() throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate("update account set balance = 1 where id = 1");
      Savepoint savepoint = connection.setSavepoint("a");
      statement.executeUpdate("update account set balance = 2 where id = 2");
      connection.rollback(savepoint);
    }
    connection.commit();
    assertThat(database.accounts()).containsExactly("1,ann,1.00", "2,bob,200.00", "3,cid,300.00");
  }

  @Test
  void every_way_to_the_connection_leads_to_the_proxy() throws SQLException {
    try (Statement statement = connection.createStatement();
        PreparedStatement prepared = connection.prepareStatement("select 1");
        Statement call = connection.prepareCall("call 1")) {
      DatabaseMetaData metaData = connection.getMetaData();
      assertThat(statement.getConnection()).isSameAs(connection);
      assertThat(prepared.getConnection()).isSameAs(connection);
      assertThat(call.getConnection()).isSameAs(connection);
      assertThat(metaData.getConnection()).isSameAs(connection);
      assertThat(metaData.getDatabaseProductName()).isEqualTo("H2");
    }
  }

  @Test
  void unwrap_finds_the_proxy_and_what_is_below() throws SQLException {
    assertThat(connection.isWrapperFor(AtConnection.class)).isTrue();
    assertThat(connection.unwrap(Connection.class)).isSameAs(connection);
    assertThat(connection.unwrap(JdbcConnection.class)).isInstanceOf(JdbcConnection.class);
    try (Statement statement = connection.createStatement()) {
      assertThat(statement.unwrap(Statement.class)).isSameAs(statement);
      assertThat(statement.isWrapperFor(String.class)).isFalse();
    }
  }

  @Test
  void driver_exceptions_arrive_unchanged() {
    assertThatThrownBy(
            () -> {
              try (Statement statement = connection.createStatement()) {
                statement.executeUpdate("insert into account values (1, 'x', 0)");
              }
            })
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("23505"))
        .hasMessageContaining("PRIMARY KEY");
  }

  @Test
  void a_closed_statement_is_closed_below_and_refuses() throws SQLException {
    Statement statement = connection.createStatement();
    statement.close();
    statement.close();
    assertThat(statement.isClosed()).isTrue();
    assertThatThrownBy(() -> statement.executeQuery("select 1")).isInstanceOf(SQLException.class);
  }

  @Test
  void the_proxy_costs_less_than_a_microsecond_per_call() throws SQLException {
    Connection bare = database.pool().getConnection();
    try (PreparedStatement direct = bare.prepareStatement("select ?");
        PreparedStatement proxied = connection.prepareStatement("select ?")) {
      long best = Long.MAX_VALUE;
      for (int round = 0; round < 20; round++) {
        best = Math.min(best, nanosOf(proxied) - nanosOf(direct));
      }
      assertThat(best / 20_000).as("extra ns per setInt").isLessThan(1_000);
    } finally {
      bare.close();
    }
  }

  private static long nanosOf(PreparedStatement statement) throws SQLException {
    long start = System.nanoTime();
    for (int i = 0; i < 20_000; i++) {
      statement.setInt(1, i);
    }
    return System.nanoTime() - start;
  }
}
