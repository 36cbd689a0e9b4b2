package io.attx.datasource.trigger;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attx.databases.DatabaseKind;
import io.attx.datasource.image.StatementRefusedException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class PostgreSqlTriggerTest extends TriggerContract {
  PostgreSqlTriggerTest() {
    super(DatabaseKind.POSTGRESQL);
  }

  @Override
  void trigger(String name, String when, String table, String body) throws SQLException {
    db.execute(
        "CREATE FUNCTION "
            + name
            + "() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            + body
            + "; RETURN NEW; END $$",
        "CREATE TRIGGER "
            + name
            + " "
            + when
            + " ON "
            + table
            + " FOR EACH ROW EXECUTE FUNCTION "
            + name
            + "()");
  }

  @Override
  String set(String column, String value) {
    return "NEW." + column + " := " + value;
  }

  @Test
  void a_counting_trigger_on_a_table_with_children_is_refused() throws Exception {
    db.execute("CREATE TABLE page (id INT PRIMARY KEY, doc INT REFERENCES doc (id))");
    trigger("counts", "BEFORE UPDATE", "doc", set("ver", "OLD.ver + 1"));
    assertThatThrownBy(() -> db.inBranch(db.begin(), "UPDATE doc SET body = 'x'"))
        .isInstanceOf(StatementRefusedException.class)
        .hasMessageContaining("page");
  }
}
