package io.attx.datasource.shapes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attx.RowLockKey;
import io.attx.Xid;
import io.attx.client.GlobalTransactionContext;
import io.attx.databases.DatabaseKind;
import io.attx.datasource.branch.GlobalLockConflictException;
import io.attx.datasource.image.StatementRefusedException;
import io.attx.datasource.support.InMemoryCoordinator;
import io.attx.datasource.support.RealDatabase;
import io.attx.datasource.support.TestDatabase;
import io.attx.protocol.BranchResult;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which rows changes and locks concern: keys that change, joins, rows that others hold. */
abstract class TargetsContract {
  private final DatabaseKind kind;
  RealDatabase db;

  TargetsContract(DatabaseKind kind) {
    this.kind = kind;
  }

  @BeforeEach
  void open() throws SQLException {
    db = RealDatabase.on(kind);
    db.execute(
        "create table t (id int primary key, a int, b varchar(10), u int unique)",
        "create table s (id int primary key, tid int, v int)",
        "insert into t values (1,10,'a',1),(2,20,'b',2),(3,30,'c',3),(4,40,'d',4)",
        "insert into s values (1,1,100),(2,1,101),(3,3,300)");
  }

  @AfterEach
  void close() {
    db.close();
  }

  List<String> everything() throws SQLException {
    List<String> all = new ArrayList<>(db.rows("select * from t order by id"));
    all.addAll(db.rows("select * from s order by id"));
    return all;
  }

  /** Runs texts in one branch, and then rolls it back. */
  void isUndone(String... texts) throws Exception {
    List<String> before = everything();
    Xid xid = db.begin();
    db.inBranch(xid, texts);
    assertThat(everything()).isNotEqualTo(before);
    rollsBackTo(xid, before);
  }

  void rollsBackTo(Xid xid, List<String> before) throws Exception {
    assertThat(db.rollback(xid))
        .allSatisfy(result -> assertThat(result.outcome()).isEqualTo(BranchResult.Outcome.UNDONE))
        .isNotEmpty();
    assertThat(everything()).isEqualTo(before);
  }

  void isRefused(String sql, String reason) throws SQLException {
    List<String> before = everything();
    Xid xid = db.begin();
    assertThatThrownBy(() -> db.inBranch(xid, sql)).as(sql).hasMessageContaining(reason);
    assertThat(everything()).isEqualTo(before);
  }

  private List<String> locks(Xid xid) {
    List<String> locks = new ArrayList<>();
    for (InMemoryCoordinator.Recorded branch : db.coordinator().branches) {
      if (branch.ref.xid().equals(xid)) {
        branch.locks.forEach(lock -> locks.add(lock.mode() + " " + shown(lock.key())));
      }
    }
    locks.sort(null);
    return locks;
  }

  private static String shown(RowLockKey key) {
    String text = key.toString();
    return text.substring(text.indexOf('.') + 1).toLowerCase(java.util.Locale.ROOT);
  }

  // ---- keys that change

  @Test
  void bothKeysOfARowThatMovesAreLocked() throws Exception {
    Xid xid = db.begin();
    db.inBranch(xid, "update t set id = 9 where id = 2");
    assertThat(locks(xid)).contains("EXCLUSIVE t[2]", "EXCLUSIVE t[9]");
    Xid other = db.begin();
    assertThatThrownBy(() -> db.inBranch(other, "insert into t values (2, 0, 'x', 22)"))
        .isInstanceOf(GlobalLockConflictException.class);
  }

  @Test
  void aRowThatMovesTwiceAndChangesAgainComesBack() throws Exception {
    isUndone(
        "update t set a = 11 where id = 1",
        "update t set id = 100 where id = 1",
        "update t set b = 'z', u = 77 where id = 100",
        "update t set id = 1000 where a = 11",
        "insert into t values (1, 5, 'new', 1)",
        "update t set id = 100 where id = 1",
        "delete from t where id = 1000");
  }

  @Test
  void aBatchOfKeyChangesComesBack() throws Exception {
    List<String> before = everything();
    Xid xid = db.begin();
    try (var scope = GlobalTransactionContext.join(xid);
        Connection connection = db.wrapped().getConnection();
        PreparedStatement update =
            connection.prepareStatement("update t set id = ? where id = ?")) {
      connection.setAutoCommit(false);
      for (int[] move : new int[][] {{5, 4}, {4, 3}, {3, 2}, {9, 77}}) {
        update.setInt(1, move[0]);
        update.setInt(2, move[1]);
        update.addBatch();
      }
      assertThat(update.executeBatch()).containsExactly(1, 1, 1, 0);
      connection.commit();
    }
    assertThat(db.rows("select id, a from t order by id"))
        .containsExactly("1,10", "3,20", "4,30", "5,40");
    rollsBackTo(xid, before);
  }

  @Test
  void aKeyThatIsTakenFailsAsOnTheBareConnection() throws Exception {
    List<String> before = everything();
    Xid xid = db.begin();
    assertThatThrownBy(() -> db.inBranch(xid, "update t set id = 3 where id = 1"))
        .isInstanceOf(SQLException.class)
        .isNotInstanceOf(StatementRefusedException.class);
    assertThat(everything()).isEqualTo(before);
  }

  // ---- rows that others hold

  private Xid holder(String table, String... keys) throws Exception {
    Xid xid = db.begin();
    for (String key : keys) {
      db.inBranch(
          xid,
          "update " + table + " set " + (table.equals("t") ? "a" : "v") + " = 5 where id = " + key);
    }
    return xid;
  }

  private List<String> query(Xid xid, String sql) throws SQLException {
    try (var scope = GlobalTransactionContext.join(xid);
        Connection connection = db.wrapped().getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      List<String> rows;
      try (ResultSet result = statement.executeQuery(sql)) {
        rows = TestDatabase.lines(result);
      }
      connection.commit();
      return rows;
    }
  }

  @Test
  void aLockingJoinWaitsForTheRowsOfBothTables() throws Exception {
    String sql = "select t.id, s.v from t join s on s.tid = t.id where s.id = 3 for update";
    Xid holdsJoined = holder("s", "3");
    assertThatThrownBy(() -> query(db.begin(), sql))
        .isInstanceOf(GlobalLockConflictException.class);
    db.rollback(holdsJoined);
    Xid holdsOther = holder("t", "3");
    assertThatThrownBy(() -> query(db.begin(), sql))
        .isInstanceOf(GlobalLockConflictException.class);
    db.rollback(holdsOther);
    holder("t", "1");
    assertThat(query(db.begin(), sql)).containsExactly("3,300");
  }

  @Test
  void nowaitFailsAtOnceOnARowThatAnotherGlobalTransactionHolds() throws Exception {
    holder("t", "2");
    assertThatThrownBy(() -> query(db.begin(), "select id from t where a < 100 for update nowait"))
        .isInstanceOf(GlobalLockConflictException.class);
    assertThat(query(db.begin(), "select id from t where id <> 2 order by id for update nowait"))
        .containsExactly("1", "3", "4");
  }

  @Test
  void skipLockedLeavesOutGloballyHeldRowsAndTakesOthersInTheirPlace() throws Exception {
    holder("t", "1", "3");
    assertThat(query(db.begin(), "select id, a from t order by id limit 2 for update skip locked"))
        .containsExactly("2,20", "4,40");
    holder("t", "2", "4");
    assertThat(query(db.begin(), "select id, a from t order by id limit 2 for update skip locked"))
        .isEmpty();
  }

  @Test
  void rowsReadByAnAggregateAreCheckedToo() throws Exception {
    if (kind == DatabaseKind.POSTGRESQL || kind == DatabaseKind.H2) {
      assertThatThrownBy(() -> query(db.begin(), "select sum(a) from t where id < 3 for update"))
          .isInstanceOf(SQLException.class);
      return;
    }
    assertThat(query(db.begin(), "select sum(a) from t where id < 3 for update"))
        .containsExactly("30");
    holder("t", "2");
    assertThatThrownBy(() -> query(db.begin(), "select sum(a) from t where id < 3 for update"))
        .isInstanceOf(GlobalLockConflictException.class);
  }

  // ---- changes of others between image and statement

  @Test
  void aSubqueryReadsTheSnapshotThatTheBareStatementReads() throws Exception {
    String sql = "update t set a = 0 where id in (select tid from s)";
    List<String> before = everything();
    Xid xid = db.begin();
    try (var scope = GlobalTransactionContext.join(xid);
        Connection bare = db.address().connect();
        Connection wrapped = db.wrapped().getConnection();
        Statement bareStatement = bare.createStatement();
        Statement statement = wrapped.createStatement()) {
      for (Connection connection : List.of(bare, wrapped)) {
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        connection.setAutoCommit(false);
      }
      bareStatement.executeQuery("select * from t").close();
      statement.executeQuery("select * from t").close();
      db.execute("insert into s values (4, 4, 400)");
      int expected = bareStatement.executeUpdate(sql);
      bare.rollback();
      assertThat(statement.executeUpdate(sql)).isEqualTo(expected);
      wrapped.commit();
    }
    db.execute("delete from s where id = 4");
    rollsBackTo(xid, before);
  }
}
