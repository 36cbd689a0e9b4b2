package io.attx.datasource.trigger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attx.databases.DatabaseKind;
import io.attx.datasource.image.StatementRefusedException;
import io.attx.datasource.support.RealDatabase;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Triggers of H2 are Java code: what they do cannot be told. */
class H2TriggerTest {
  @Test
  void every_change_of_a_table_with_a_trigger_is_refused() throws Exception {
    try (RealDatabase db = RealDatabase.on(DatabaseKind.H2)) {
      db.execute(
          "CREATE TABLE doc (id INT PRIMARY KEY, body INT)",
          "INSERT INTO doc VALUES (1, 1)",
          "CREATE TRIGGER idle BEFORE UPDATE ON doc FOR EACH ROW AS $$"
              + " org.h2.api.Trigger create() { return (c, before, after) -> {}; } $$");
      for (String sql :
          List.of("UPDATE doc SET body = 2", "DELETE FROM doc", "INSERT INTO doc VALUES (2, 2)")) {
        assertThatThrownBy(() -> db.inBranch(db.begin(), sql))
            .isInstanceOf(StatementRefusedException.class)
            .hasMessageContaining("Java code");
      }
      assertThat(db.rows("SELECT * FROM doc")).containsExactly("1,1");
    }
  }
}
