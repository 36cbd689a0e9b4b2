package io.attx.datasource.trigger;

import static org.assertj.core.api.Assertions.assertThat;

import io.attx.Xid;
import io.attx.databases.DatabaseKind;
import io.attx.protocol.BranchResult;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** Triggers of MySQL and MariaDB. */
abstract class MySqlFamilyTriggerContract extends TriggerContract {
  MySqlFamilyTriggerContract(DatabaseKind kind) {
    super(kind);
  }

  @Override
  void trigger(String name, String when, String table, String body) throws SQLException {
    db.execute("CREATE TRIGGER " + name + " " + when + " ON " + table + " FOR EACH ROW " + body);
  }

  @Override
  String set(String column, String value) {
    return "SET NEW." + column + " = " + value;
  }

  @Test
  void children_stay_when_undo_deletes_and_inserts_their_parent() throws Exception {
    db.execute(
        "CREATE TABLE page (id INT PRIMARY KEY, doc INT, FOREIGN KEY (doc) REFERENCES doc (id) ON"
            + " DELETE CASCADE)",
        "INSERT INTO page VALUES (1, 1), (2, 1)");
    trigger("counts", "BEFORE UPDATE", "doc", set("ver", "OLD.ver + 1"));
    Xid xid = db.begin();
    db.inBranch(xid, "UPDATE doc SET body = 'x'");
    BranchResult result = db.rollback(xid).get(0);
    assertThat(result.outcome()).as(result.detail()).isEqualTo(BranchResult.Outcome.UNDONE);
    assertThat(db.rows("SELECT * FROM doc")).containsExactly("1,a,1,0", "2,b,7,null");
    assertThat(db.rows("SELECT * FROM page ORDER BY id")).containsExactly("1,1", "2,1");
  }
}
