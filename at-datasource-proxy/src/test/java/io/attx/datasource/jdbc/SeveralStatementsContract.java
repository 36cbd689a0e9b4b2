package io.attx.datasource.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attx.Xid;
import io.attx.client.GlobalTransactionContext;
import io.attx.databases.DatabaseAddress;
import io.attx.databases.DatabaseKind;
import io.attx.databases.SharedServers;
import io.attx.datasource.image.StatementRefusedException;
import io.attx.datasource.support.RealDatabase;
import io.attx.datasource.support.TestDatabase;
import io.attx.protocol.BranchResult;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Several statements in one text: protected one by one, with the results that the driver gives. */
abstract class SeveralStatementsContract {
  private static final String THREE =
      "update account set balance = balance + 1 where id < 3; select id from account order by id;"
          + " delete from account where id = 3";

  private final DatabaseKind kind;

  SeveralStatementsContract(DatabaseKind kind) {
    this.kind = kind;
  }

  /** The driver and the property that lets it send several statements. */
  abstract DatabaseAddress withDriver(DatabaseAddress address);

  private RealDatabase database() throws SQLException {
    RealDatabase db =
        new RealDatabase(withDriver(SharedServers.freshDatabase(kind)), options -> options);
    db.execute(JdbcSteps.tables(kind));
    return db;
  }

  private interface Step {
    Object run(Connection connection) throws SQLException;
  }

  /** What is seen bare, and inside of a global transaction; then undone. */
  private void isTheSame(boolean autoCommit, Step step) throws Exception {
    Object expected;
    List<String> left;
    try (RealDatabase db = database();
        Connection connection = db.address().connect()) {
      connection.setAutoCommit(autoCommit);
      expected = step.run(connection);
      if (!autoCommit) {
        connection.commit();
      }
      left = accounts(db);
    }
    try (RealDatabase db = database()) {
      List<String> before = accounts(db);
      Xid xid = db.begin();
      try (var scope = GlobalTransactionContext.join(xid);
          Connection connection = db.wrapped().getConnection()) {
        connection.setAutoCommit(autoCommit);
        assertThat(step.run(connection)).isEqualTo(expected);
        if (!autoCommit) {
          connection.commit();
        }
      }
      assertThat(accounts(db)).isEqualTo(left);
      assertThat(db.rollback(xid))
          .allSatisfy(
              result -> assertThat(result.outcome()).isEqualTo(BranchResult.Outcome.UNDONE));
      assertThat(accounts(db)).isEqualTo(before);
    }
  }

  private static List<String> accounts(RealDatabase db) throws SQLException {
    return db.rows("select * from account order by id");
  }

  private static List<Object> results(Statement statement, boolean first) throws SQLException {
    List<Object> seen = new ArrayList<>();
    boolean rows = first;
    while (rows || statement.getUpdateCount() >= 0) {
      seen.add(rows ? TestDatabase.lines(statement.getResultSet()) : statement.getUpdateCount());
      rows = statement.getMoreResults();
    }
    return seen;
  }

  @Test
  void all_results_come_one_after_the_other() throws Exception {
    Step step =
        connection -> {
          try (Statement statement = connection.createStatement()) {
            return results(statement, statement.execute(THREE));
          }
        };
    isTheSame(false, step);
    isTheSame(true, step);
  }

  @Test
  void parameters_are_shared_out_in_order() throws Exception {
    isTheSame(
        false,
        connection -> {
          try (PreparedStatement statement =
              connection.prepareStatement(
                  "insert into account values (?, ?, 5); update account set balance = ? where id ="
                      + " ?")) {
            statement.setInt(1, 9);
            statement.setString(2, "nine; no end");
            statement.setInt(3, 77);
            statement.setInt(4, 9);
            List<Object> seen = results(statement, statement.execute());
            statement.setInt(1, 10);
            seen.add(statement.executeUpdate());
            return seen;
          }
        });
  }

  @Test
  void a_failure_ends_the_text_where_the_server_would() throws Exception {
    Step step =
        connection -> {
          try (Statement statement = connection.createStatement()) {
            statement.execute(
                "update account set balance = 0 where id = 1; insert into account values (1, 'x',"
                    + " 0); delete from account");
            return "no failure";
          } catch (SQLException failure) {
            if (!connection.getAutoCommit() && kind == DatabaseKind.POSTGRESQL) {
              connection.rollback();
            }
            return failure.getSQLState();
          }
        };
    isTheSame(false, step);
    isTheSame(true, step);
  }

  @Test
  void one_part_that_is_refused_keeps_all_from_running() throws Exception {
    try (RealDatabase db = database()) {
      List<String> before = accounts(db);
      for (String refused : List.of("drop table orders", "truncate table orders", "commit")) {
        assertThatThrownBy(() -> db.inBranch(db.begin(), "delete from account; " + refused))
            .isInstanceOf(StatementRefusedException.class);
      }
      assertThat(accounts(db)).isEqualTo(before);
    }
  }
}
