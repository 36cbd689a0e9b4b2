package io.attx.datasource.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.attx.Xid;
import io.attx.client.GlobalTransactionContext;
import io.attx.databases.DatabaseAddress;
import io.attx.databases.DatabaseKind;
import io.attx.databases.SharedServers;
import io.attx.datasource.support.RealDatabase;
import io.attx.protocol.BranchResult;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

/** Whatever JDBC shows, it shows the same on a bare connection and on every kind of wrapped one. */
abstract class JdbcBehaviourContract {
  private final DatabaseKind kind;

  JdbcBehaviourContract(DatabaseKind kind) {
    this.kind = kind;
  }

  /** The driver and its properties under test. */
  DatabaseAddress withDriver(DatabaseAddress address) {
    return address;
  }

  /** Steps where the driver does not keep to JDBC and the proxy does. */
  Set<String> knownDifferences() {
    return Set.of();
  }

  private RealDatabase database() throws SQLException {
    RealDatabase db =
        new RealDatabase(withDriver(SharedServers.freshDatabase(kind)), options -> options);
    db.execute(JdbcSteps.tables(kind));
    return db;
  }

  @Test
  void outside_of_a_global_transaction_everything_is_the_same() throws SQLException {
    for (boolean autoCommit : new boolean[] {false, true}) {
      assertThat(differences(false, autoCommit)).isEmpty();
    }
  }

  @Test
  void inside_a_global_transaction_everything_is_the_same() throws SQLException {
    assertThat(differences(true, false)).isEmpty();
  }

  @Test
  void inside_a_global_transaction_under_autocommit_everything_is_the_same() throws SQLException {
    assertThat(differences(true, true)).isEmpty();
  }

  @Test
  void what_the_steps_did_inside_is_undone() throws Exception {
    for (boolean autoCommit : new boolean[] {false, true}) {
      try (RealDatabase db = database()) {
        List<String> before = content(db);
        Xid xid = db.begin();
        try (var scope = GlobalTransactionContext.join(xid);
            Connection connection = db.wrapped().getConnection()) {
          new JdbcSteps(kind).run(connection, autoCommit);
        }
        assertThat(content(db)).isNotEqualTo(before);
        assertThat(db.rollback(xid))
            .isNotEmpty()
            .allSatisfy(
                result ->
                    assertThat(result.outcome())
                        .as(result.detail())
                        .isEqualTo(BranchResult.Outcome.UNDONE));
        assertThat(content(db)).isEqualTo(before);
      }
    }
  }

  @Test
  void autocommit_switched_on_commits_close_rolls_back_and_abort_ends_the_branch()
      throws Exception {
    try (RealDatabase db = database()) {
      Xid xid = db.begin();
      try (var scope = GlobalTransactionContext.join(xid)) {
        try (Connection connection = db.wrapped().getConnection()) {
          connection.setAutoCommit(false);
          JdbcSteps.update(connection, "update account set balance = 7 where id = 1");
          connection.setAutoCommit(true);
        }
        try (Connection connection = db.wrapped().getConnection()) {
          connection.setAutoCommit(false);
          JdbcSteps.update(connection, "update account set balance = 8 where id = 2");
        }
        Connection aborted = db.wrapped().getConnection();
        aborted.setAutoCommit(false);
        JdbcSteps.update(aborted, "update account set balance = 9 where id = 3");
        Executor here = Runnable::run;
        aborted.abort(here);
        aborted.close();
      }
      assertThat(db.rows("select id from account where balance in (7, 8, 9)")).containsExactly("1");
      db.rollback(xid);
      assertThat(db.rows("select id from account where balance = 100")).containsExactly("1");
    }
  }

  private static List<String> content(RealDatabase db) throws SQLException {
    List<String> all = db.rows("select * from account order by id");
    all.addAll(db.rows("select * from orders order by id"));
    all.addAll(db.rows("select * from wide order by id"));
    return all;
  }

  private Map<String, String> differences(boolean inside, boolean autoCommit) throws SQLException {
    Map<String, String> expected;
    try (RealDatabase db = database();
        Connection connection = db.address().connect()) {
      expected = new JdbcSteps(kind).run(connection, autoCommit);
    }
    Map<String, String> actual;
    try (RealDatabase db = database();
        Connection connection = db.wrapped().getConnection();
        GlobalTransactionContext.Scope scope =
            inside ? GlobalTransactionContext.join(db.begin()) : null) {
      actual = new JdbcSteps(kind).run(connection, autoCommit);
    }
    Map<String, String> differences = new LinkedHashMap<>();
    expected.forEach(
        (step, answer) -> {
          if (!answer.equals(actual.get(step)) && !knownDifferences().contains(step)) {
            differences.put(step, "bare " + answer + ", wrapped " + actual.get(step));
          }
        });
    return differences;
  }
}
