package io.attx.datasource.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.attx.client.GlobalTransactionContext;
import io.attx.datasource.AtDataSource;
import io.attx.datasource.AtDataSourceOptions;
import io.attx.datasource.support.InMemoryCoordinator;
import io.attx.datasource.support.TestDatabase;
import java.io.ByteArrayInputStream;
import java.io.StringReader;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.Date;
import java.sql.JDBCType;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The same script gives the same answers on a bare connection and on every kind of wrapped one. */
class BareVersusWrappedTest {
  private interface Step {
    Object run(Connection connection) throws SQLException;
  }

  private static final Map<String, Step> STEPS = new LinkedHashMap<>();

  static {
    STEPS.put("update count", c -> update(c, "update account set balance = 1 where id < 3"));
    STEPS.put("no row", c -> update(c, "update account set balance = 1 where id = 99"));
    STEPS.put("same value", c -> update(c, "update account set balance = 1 where id = 1"));
    STEPS.put("delete", c -> update(c, "delete from account where id = 3"));
    STEPS.put("large update", BareVersusWrappedTest::largeUpdate);
    STEPS.put("generated keys by flag", BareVersusWrappedTest::keysByFlag);
    STEPS.put("generated keys by name", BareVersusWrappedTest::keysByName);
    STEPS.put("generated keys by index", BareVersusWrappedTest::keysByIndex);
    STEPS.put("generated keys of several rows", BareVersusWrappedTest::keysOfRows);
    STEPS.put("prepared batch", BareVersusWrappedTest::preparedBatch);
    STEPS.put("empty batch", BareVersusWrappedTest::emptyBatch);
    STEPS.put("batch of texts", BareVersusWrappedTest::textBatch);
    STEPS.put("cleared batch", BareVersusWrappedTest::clearedBatch);
    STEPS.put("execute with a count", BareVersusWrappedTest::executeCount);
    STEPS.put("execute with rows", BareVersusWrappedTest::executeRows);
    STEPS.put("query for an update", BareVersusWrappedTest::queryForUpdate);
    STEPS.put("update for a query", BareVersusWrappedTest::updateForQuery);
    STEPS.put("duplicate key", c -> update(c, "insert into account values (1, 'dup', 0)"));
    STEPS.put("not null", c -> update(c, "insert into account values (50, null, 0)"));
    STEPS.put("value too long", c -> update(c, "update account set owner = repeat('x', 30)"));
    STEPS.put("types", BareVersusWrappedTest::types);
    STEPS.put("streams", BareVersusWrappedTest::streams);
    STEPS.put("parameters stay", BareVersusWrappedTest::parametersStay);
    STEPS.put("missing parameter", BareVersusWrappedTest::missingParameter);
    STEPS.put("settings", BareVersusWrappedTest::settings);
    STEPS.put("max rows", BareVersusWrappedTest::maxRows);
    STEPS.put("metadata", BareVersusWrappedTest::metadata);
    STEPS.put("warnings", BareVersusWrappedTest::warnings);
    STEPS.put("closed statement", BareVersusWrappedTest::closedStatement);
    STEPS.put("for update", BareVersusWrappedTest::forUpdate);
    STEPS.put("all", c -> query(c, "select * from account order by id"));
    STEPS.put("all orders", c -> query(c, "select * from orders order by id"));
  }

  @Test
  void outside_of_a_global_transaction_every_answer_is_the_same() throws SQLException {
    assertThat(differences(false, true)).isEmpty();
    assertThat(differences(false, false)).isEmpty();
  }

  @Test
  void inside_a_global_transaction_every_answer_is_the_same() throws SQLException {
    assertThat(differences(true, false)).isEmpty();
  }

  @Test
  void inside_a_global_transaction_under_autocommit_every_answer_is_the_same() throws SQLException {
    assertThat(differences(true, true)).isEmpty();
  }

  @Test
  void savepoints_give_the_same_rows() throws SQLException {
    Step script =
        c -> {
          c.setAutoCommit(false);
          update(c, "update account set balance = 1 where id = 1");
          Savepoint first = c.setSavepoint();
          update(c, "update account set balance = 2 where id = 2");
          Savepoint second = c.setSavepoint("b");
          update(c, "delete from account where id = 3");
          c.rollback(second);
          update(c, "update account set balance = 3 where id = 3");
          c.releaseSavepoint(second);
          c.rollback(first);
          update(c, "update account set balance = 4 where id = 3");
          c.commit();
          return query(c, "select * from account order by id");
        };
    List<String> expected = List.of("1,ann,1.00", "2,bob,200.00", "3,cid,4.00");
    try (TestDatabase database = new TestDatabase(3);
        InMemoryCoordinator coordinator = new InMemoryCoordinator();
        AtDataSource wrapped =
            AtDataSource.wrap(database.pool(), coordinator, AtDataSourceOptions.defaults());
        var scope = GlobalTransactionContext.join(coordinator.newXid());
        Connection connection = wrapped.getConnection()) {
      assertThat(script.run(connection)).isEqualTo(expected);
    }
  }

  private static Map<String, String> differences(boolean inside, boolean autoCommit)
      throws SQLException {
    Map<String, Object> expected = bare(autoCommit);
    Map<String, Object> actual = wrapped(inside, autoCommit);
    Map<String, String> differences = new LinkedHashMap<>();
    expected.forEach(
        (step, answer) -> {
          if (!answer.equals(actual.get(step))) {
            differences.put(step, "bare " + answer + ", wrapped " + actual.get(step));
          }
        });
    return differences;
  }

  private static Map<String, Object> bare(boolean autoCommit) throws SQLException {
    try (TestDatabase database = new TestDatabase(3);
        Connection connection = database.pool().getConnection()) {
      return run(connection, autoCommit);
    }
  }

  private static Map<String, Object> wrapped(boolean inside, boolean autoCommit)
      throws SQLException {
    try (TestDatabase database = new TestDatabase(3);
        InMemoryCoordinator coordinator = new InMemoryCoordinator();
        AtDataSource wrapped =
            AtDataSource.wrap(database.pool(), coordinator, AtDataSourceOptions.defaults());
        Connection connection = wrapped.getConnection()) {
      if (!inside) {
        return run(connection, autoCommit);
      }
      try (var scope = GlobalTransactionContext.join(coordinator.newXid())) {
        return run(connection, autoCommit);
      }
    }
  }

  private static Map<String, Object> run(Connection connection, boolean autoCommit)
      throws SQLException {
    connection.setAutoCommit(autoCommit);
    Map<String, Object> answers = new LinkedHashMap<>();
    STEPS.forEach((name, step) -> answers.put(name, answer(connection, step)));
    if (!autoCommit) {
      connection.commit();
    }
    return answers;
  }

  private static Object answer(Connection connection, Step step) {
    try {
      Object value = step.run(connection);
      return value instanceof int[] counts ? Arrays.toString(counts) : String.valueOf(value);
    } catch (SQLException failure) {
      String state = String.valueOf(failure.getSQLState());
      return state.startsWith("22") || state.startsWith("23") ? "fails " + state : "fails";
    }
  }

  // ------------------------------------------------------------ steps

  private static int update(Connection c, String sql) throws SQLException {
    try (Statement statement = c.createStatement()) {
      return statement.executeUpdate(sql);
    }
  }

  private static List<String> query(Connection c, String sql) throws SQLException {
    try (PreparedStatement statement = c.prepareStatement(sql);
        ResultSet rows = statement.executeQuery()) {
      return TestDatabase.lines(rows);
    }
  }

  private static Object largeUpdate(Connection c) throws SQLException {
    try (PreparedStatement statement =
        c.prepareStatement("update account set balance = balance + ? where id = ?")) {
      statement.setBigDecimal(1, new BigDecimal("0.50"));
      statement.setLong(2, 1);
      return statement.executeLargeUpdate();
    }
  }

  private static Object keysByFlag(Connection c) throws SQLException {
    try (Statement statement = c.createStatement()) {
      int count =
          statement.executeUpdate(
              "insert into orders (item, amount) values ('a', 1)", Statement.RETURN_GENERATED_KEYS);
      return count + " " + TestDatabase.lines(statement.getGeneratedKeys());
    }
  }

  private static Object keysByName(Connection c) throws SQLException {
    try (PreparedStatement statement =
        c.prepareStatement("insert into orders (item) values (?)", new String[] {"ID"})) {
      statement.setString(1, "b");
      statement.executeUpdate();
      return TestDatabase.lines(statement.getGeneratedKeys());
    }
  }

  private static Object keysByIndex(Connection c) throws SQLException {
    try (PreparedStatement statement =
        c.prepareStatement("insert into orders (item) values (?)", new int[] {1})) {
      statement.setString(1, "c");
      statement.execute();
      return TestDatabase.lines(statement.getGeneratedKeys());
    }
  }

  private static Object keysOfRows(Connection c) throws SQLException {
    try (PreparedStatement statement =
        c.prepareStatement(
            "insert into orders (item) values (?), (?)", Statement.RETURN_GENERATED_KEYS)) {
      statement.setString(1, "d");
      statement.setString(2, "e");
      int count = statement.executeUpdate();
      return count + " " + TestDatabase.lines(statement.getGeneratedKeys());
    }
  }

  private static Object preparedBatch(Connection c) throws SQLException {
    try (PreparedStatement statement =
        c.prepareStatement("update account set balance = ? where id = ?")) {
      for (int id : new int[] {1, 2, 99}) {
        statement.setInt(1, id * 10);
        statement.setInt(2, id);
        statement.addBatch();
      }
      return statement.executeBatch();
    }
  }

  private static Object emptyBatch(Connection c) throws SQLException {
    try (PreparedStatement statement = c.prepareStatement("delete from orders where id = ?")) {
      return statement.executeBatch();
    }
  }

  private static Object textBatch(Connection c) throws SQLException {
    try (Statement statement = c.createStatement()) {
      statement.addBatch("update account set balance = 5 where id = 1");
      statement.addBatch("insert into account values (6, 'six', 6), (7, 'seven', 7)");
      statement.addBatch("delete from account where id = 99");
      return statement.executeBatch();
    }
  }

  private static Object clearedBatch(Connection c) throws SQLException {
    try (Statement statement = c.createStatement()) {
      statement.addBatch("delete from account");
      statement.clearBatch();
      return statement.executeBatch();
    }
  }

  private static Object executeCount(Connection c) throws SQLException {
    try (Statement statement = c.createStatement()) {
      List<Object> seen = new ArrayList<>();
      seen.add(statement.execute("update account set balance = 8 where id = 1"));
      seen.add(statement.getUpdateCount());
      seen.add(statement.getResultSet());
      seen.add(statement.getMoreResults());
      seen.add(statement.getUpdateCount());
      return seen;
    }
  }

  private static Object executeRows(Connection c) throws SQLException {
    try (PreparedStatement statement =
        c.prepareStatement("select owner from account where id = ?")) {
      statement.setInt(1, 2);
      List<Object> seen = new ArrayList<>();
      seen.add(statement.execute());
      seen.add(statement.getUpdateCount());
      seen.add(TestDatabase.lines(statement.getResultSet()));
      seen.add(statement.getMoreResults());
      seen.add(statement.getUpdateCount());
      return seen;
    }
  }

  private static Object queryForUpdate(Connection c) throws SQLException {
    try (Statement statement = c.createStatement()) {
      return statement.executeQuery("delete from account");
    }
  }

  private static Object updateForQuery(Connection c) throws SQLException {
    try (Statement statement = c.createStatement()) {
      return statement.executeUpdate("select * from account for update");
    }
  }

  private static Object types(Connection c) throws SQLException {
    try (PreparedStatement statement =
        c.prepareStatement(
            "select cast(? as int), cast(? as varchar), cast(? as date), cast(? as timestamp),"
                + " cast(? as boolean), cast(? as bigint), cast(? as decimal(9,2)),"
                + " cast(? as date)")) {
      statement.setObject(1, 5, JDBCType.INTEGER);
      statement.setNull(2, Types.VARCHAR);
      statement.setDate(3, Date.valueOf("2024-02-29"));
      statement.setTimestamp(4, Timestamp.valueOf("2024-02-29 12:13:14.123"));
      statement.setBoolean(5, true);
      statement.setObject(6, "77", Types.BIGINT);
      statement.setObject(7, new BigDecimal("1.234"), Types.DECIMAL, 2);
      statement.setObject(8, LocalDate.of(2020, 1, 2));
      try (ResultSet rows = statement.executeQuery()) {
        return TestDatabase.lines(rows);
      }
    }
  }

  private static Object streams(Connection c) throws SQLException {
    try (PreparedStatement statement =
        c.prepareStatement("update account set owner = ? where owner = ? or ? = x'00'")) {
      statement.setCharacterStream(1, new StringReader("streamed"), 8);
      statement.setString(2, "bob");
      statement.setBinaryStream(3, new ByteArrayInputStream(new byte[] {1, 2}), 2);
      return statement.executeUpdate();
    }
  }

  private static Object parametersStay(Connection c) throws SQLException {
    try (PreparedStatement statement =
        c.prepareStatement("update account set balance = ? where id = ?")) {
      statement.setInt(1, 12);
      statement.setInt(2, 1);
      int first = statement.executeUpdate();
      statement.setInt(2, 2);
      return first + statement.executeUpdate();
    }
  }

  private static Object missingParameter(Connection c) throws SQLException {
    try (PreparedStatement statement =
        c.prepareStatement("update account set balance = ? where id = ?")) {
      statement.setInt(1, 12);
      return statement.executeUpdate();
    }
  }

  private static Object settings(Connection c) throws SQLException {
    try (PreparedStatement statement = c.prepareStatement("select 1")) {
      statement.setQueryTimeout(7);
      statement.setFetchSize(11);
      statement.setMaxRows(13);
      return List.of(
          statement.getQueryTimeout(),
          statement.getFetchSize(),
          statement.getMaxRows(),
          statement.getResultSetType(),
          statement.getResultSetConcurrency(),
          statement.isPoolable(),
          statement.isCloseOnCompletion());
    }
  }

  private static Object maxRows(Connection c) throws SQLException {
    try (PreparedStatement statement =
        c.prepareStatement("select id from account order by id for update")) {
      statement.setMaxRows(2);
      try (ResultSet rows = statement.executeQuery()) {
        return TestDatabase.lines(rows);
      }
    }
  }

  private static Object metadata(Connection c) throws SQLException {
    try (PreparedStatement statement =
        c.prepareStatement("select id, owner from account where id = ?")) {
      return statement.getParameterMetaData().getParameterCount()
          + statement.getMetaData().getColumnLabel(2);
    }
  }

  private static Object warnings(Connection c) throws SQLException {
    try (Statement statement = c.createStatement()) {
      statement.executeUpdate("update account set balance = 8 where id = 1");
      statement.clearWarnings();
      return statement.getWarnings();
    }
  }

  private static Object closedStatement(Connection c) throws SQLException {
    PreparedStatement statement = c.prepareStatement("delete from account where id = ?");
    statement.close();
    statement.close();
    statement.setInt(1, 1);
    return statement.executeUpdate();
  }

  private static Object forUpdate(Connection c) throws SQLException {
    return query(c, "select id, balance from account where id = 1 for update");
  }
}
