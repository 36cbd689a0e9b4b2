package io.attx.datasource.shapes;

import io.attx.databases.DatabaseKind;
import org.junit.jupiter.api.Test;

class H2TargetsTest extends TargetsContract {
  H2TargetsTest() {
    super(DatabaseKind.H2);
  }

  @Test
  void whatIsNotExactHereIsRefusedBeforeItRuns() throws Exception {
    isRefused("select * from t left join s on s.tid = t.id for update", "outer joins");
    isRefused("select * from (select * from t) x for update", "locks no table");
    isRefused("select * from t join s on s.tid = t.id for update skip locked", "SKIP LOCKED");
    isRefused("select * from final table (update t set a = 1)", "change (UPDATE)");
    isRefused("update t set id = default where id = 1", "not known before");
    isRefused("update t set (id, a) = (9, 1) where id = 1", "not known before");
  }

  @Test
  void aKeyThatIsConvertedOnTheWayIsFoundOrTakenBack() throws Exception {
    isUndone("update t set id = '77' where id = 1", "update t set id = 5.4 where id = 2");
  }
}
