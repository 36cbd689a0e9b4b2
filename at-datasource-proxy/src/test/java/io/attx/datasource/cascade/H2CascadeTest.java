package io.attx.datasource.cascade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attx.Xid;
import io.attx.databases.DatabaseKind;
import io.attx.datasource.image.StatementRefusedException;
import io.attx.datasource.support.RealDatabase;
import io.attx.protocol.BranchResult;
import java.util.List;
import org.junit.jupiter.api.Test;

/** On H2 a child can come while its parent is locked, so nothing may follow a change. */
class H2CascadeTest {
  @Test
  void a_change_that_children_would_follow_is_refused_and_any_other_is_not() throws Exception {
    try (RealDatabase db = RealDatabase.on(DatabaseKind.H2)) {
      db.execute(
          "CREATE TABLE p (id INT PRIMARY KEY, code INT UNIQUE, name VARCHAR(9))",
          "INSERT INTO p VALUES (1, 1, 'a')",
          "CREATE TABLE c (id INT PRIMARY KEY, p INT, code INT,"
              + " FOREIGN KEY (p) REFERENCES p (id) ON DELETE CASCADE,"
              + " FOREIGN KEY (code) REFERENCES p (code) ON UPDATE SET NULL)",
          "INSERT INTO c VALUES (1, 1, 1)");
      for (String sql : List.of("DELETE FROM p WHERE id = 1", "UPDATE p SET code = 2")) {
        assertThatThrownBy(() -> db.inBranch(db.begin(), sql))
            .isInstanceOf(StatementRefusedException.class)
            .hasMessageContaining("CASCADE");
      }
      Xid xid = db.begin();
      db.inBranch(xid, "UPDATE p SET name = 'b'", "DELETE FROM c");
      assertThat(db.rollback(xid).get(0).outcome()).isEqualTo(BranchResult.Outcome.UNDONE);
      assertThat(db.rows("SELECT * FROM p")).containsExactly("1,1,a");
      assertThat(db.rows("SELECT * FROM c")).containsExactly("1,1,1");
    }
  }

  @Test
  void a_child_that_somebody_else_gave_an_inserted_parent_is_never_lost() throws Exception {
    try (RealDatabase db = RealDatabase.on(DatabaseKind.H2)) {
      db.execute(
          "CREATE TABLE p (id INT PRIMARY KEY)",
          "CREATE TABLE c (p INT, FOREIGN KEY (p) REFERENCES p (id) ON DELETE CASCADE)");
      Xid xid = db.begin();
      db.inBranch(xid, "INSERT INTO p VALUES (1), (2)");
      db.execute("INSERT INTO c VALUES (2)");
      BranchResult held = db.rollback(xid).get(0);
      assertThat(held.outcome()).isEqualTo(BranchResult.Outcome.QUARANTINED);
      assertThat(held.detail()).contains("PUBLIC.C");
      assertThat(db.rows("SELECT * FROM c")).containsExactly("2");
      assertThat(db.rows("SELECT * FROM p ORDER BY 1")).containsExactly("1", "2");
    }
  }
}
