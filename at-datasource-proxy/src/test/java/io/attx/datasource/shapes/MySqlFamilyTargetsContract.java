package io.attx.datasource.shapes;

import io.attx.databases.DatabaseKind;
import org.junit.jupiter.api.Test;

/** What MySQL and MariaDB have in common. */
abstract class MySqlFamilyTargetsContract extends TargetsContract {
  MySqlFamilyTargetsContract(DatabaseKind kind) {
    super(kind);
  }

  @Test
  void whatIsNotExactHereIsRefusedBeforeItRuns() throws Exception {
    isRefused("update t join s on s.tid = t.id set t.a = 1, s.v = 2", "two tables");
    isRefused("update t join s on s.tid = t.id set a = 1", "of which table");
    isRefused("update t x join t x2 on x.id = x2.id set t.a = 1", "surely");
    isRefused("update ignore t set id = id + 1", "IGNORE");
    isRefused("update t set a = 1 where id in (select 1 union select 2)", "UNION");
    isRefused("update t set a = 1 where id in (values row(1))", "VALUES");
    isRefused("delete t, t from t join s on s.tid = t.id where t.id = 1 limit 1", "LIMIT");
    isRefused("select * from t join s on s.tid = t.id for update skip locked", "SKIP LOCKED");
    isRefused("update t set a = @x := 1", "user variable");
  }

  /** MySQL assigns from left to right, so that the second assignment sees the first. */
  @Test
  void aKeyFromAColumnThatIsAssignedBeforeItIsTakenBack() throws Exception {
    isRefused("update t set a = a + 1, id = a where id = 1", "other keys");
    isUndone("update t set id = a, a = a + 1 where id = 1");
  }

  @Test
  void aKeyThatIsConvertedOnTheWayIsFoundOrTakenBack() throws Exception {
    isUndone("update t set id = '77' where id = 1", "update t set id = 5.4 where id = 2");
  }

  @Test
  void childrenGoBeforeTheirParentsInADeleteFromBoth() throws Exception {
    db.execute("alter table s add foreign key (tid) references t (id)");
    isUndone("delete t, s from t join s on s.tid = t.id");
    isUndone("delete s, t from t left join s on s.tid = t.id");
  }
}
