package io.attx.datasource.shapes;

import static org.assertj.core.api.Assertions.assertThat;

import io.attx.Xid;
import io.attx.client.GlobalTransactionContext;
import io.attx.databases.DatabaseKind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class PostgreSqlTargetsTest extends TargetsContract {
  PostgreSqlTargetsTest() {
    super(DatabaseKind.POSTGRESQL);
  }

  @Test
  void whatIsNotExactHereIsRefusedBeforeItRuns() throws Exception {
    db.execute(
        "create table parent (id int primary key, v int)",
        "create table child () inherits (parent)",
        "create table ruled (id int primary key, v int)",
        "create rule r as on update to ruled do instead nothing",
        "create table pt (id int primary key, v int) partition by range (id)",
        "create table pt0 partition of pt for values from (0) to (10)",
        "create table pu (id int primary key, v int) partition by range (id)",
        "create table pu0 partition of pu for values from (0) to (10)",
        "create unique index pu0_v on pu0 (v)");
    isRefused("update parent set v = 1", "inherit");
    isRefused("update child set v = 1", "inherit");
    isRefused("update ruled set v = 1", "rules");
    isRefused("update pt0 set v = 1", "it is a partition");
    isRefused("update pu set v = 1", "pu0 has a unique index");
    isRefused("with t as (select * from s) update t set a = 1", "another name");
    isRefused("select * from (select * from t) x for update", "nested query");
    isRefused("select * from t join s on s.tid = t.id for update skip locked", "SKIP LOCKED");
    isRefused("update t set a = 1 where current of c", "cursor");
    isRefused("select * from t for update of t for share of t", "followed by");
    isRefused("with d as (delete from t returning *) update t set a = 1", "change one table");
    isRefused("with d as (delete from t returning a + 1) select * from d", "plain name");
    isRefused("with d as (select * from t for update) delete from s", "locked inside");
    isRefused(
        "with d as (insert into t values (1, 1, 'x', 1) on conflict do nothing) delete from s",
        "conflicts");
    isRefused("with recursive d as (delete from t returning id) delete from s", "WITH RECURSIVE");
    isRefused(
        "with d as (delete from t using s where s.tid = t.id returning *) delete from pt",
        "* of a join");
    isRefused("with d as (truncate t) delete from s", "WITH clause");
  }

  @Test
  void keysAreReturnedAsTheyWereGivenByTheDatabase() throws Exception {
    isUndone("update t set id = default where false", "update t set id = 5.4 where id = 2");
  }

  @Test
  void whatReturningGivesCanBeScrolledAndAsked() throws Exception {
    List<String> before = everything();
    Xid xid = db.begin();
    try (var scope = GlobalTransactionContext.join(xid);
        Connection connection = db.wrapped().getConnection();
        PreparedStatement update =
            connection.prepareStatement(
                "update t set a = a + ? where id < ? returning id, a, a - ? as was")) {
      connection.setAutoCommit(false);
      update.setInt(1, 1);
      update.setInt(2, 3);
      update.setInt(3, 1);
      try (ResultSet rows = update.executeQuery()) {
        assertThat(rows.getMetaData().getColumnCount()).isEqualTo(3);
        assertThat(rows.getMetaData().getColumnLabel(3)).isEqualTo("was");
        int seen = 0;
        while (rows.next()) {
          assertThat(rows.getInt("was")).isEqualTo(rows.getInt("id") * 10);
          seen++;
        }
        assertThat(seen).isEqualTo(2);
      }
      connection.commit();
    }
    rollsBackTo(xid, before);
  }

  @Test
  void aRowThatMovedItsPartitionAndBackIsRestored() throws Exception {
    db.execute(
        "create table m (id int, r int, v text, primary key (id, r)) partition by list (r)",
        "create table m1 partition of m for values in (1)",
        "create table m2 partition of m for values in (2)",
        "insert into m values (1, 1, 'x'), (2, 2, 'y')");
    String all = "select tableoid::regclass, * from m order by id";
    List<String> before = db.rows(all);
    Xid xid = db.begin();
    db.inBranch(
        xid,
        "update m set r = 3 - r",
        "update m set v = v || '!'",
        "update m set r = 1 where id = 1",
        "delete from m where id = 2",
        "insert into m values (2, 2, 'again')");
    assertThat(db.rows(all)).containsExactly("m1,1,1,x!", "m2,2,2,again");
    db.rollback(xid);
    assertThat(db.rows(all)).isEqualTo(before);
  }
}
