package io.attx.datasource.undo;

import static org.assertj.core.api.Assertions.assertThat;

import io.attx.BranchRef;
import io.attx.databases.DatabaseKind;
import io.attx.datasource.undo.BranchRollback.Outcome;
import io.attx.datasource.undo.UndoFixture.Branch;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;

class PostgreSqlBranchRollbackTest extends BranchRollbackContract {
  PostgreSqlBranchRollbackTest() {
    super(DatabaseKind.POSTGRESQL);
  }

  @Override
  String generatedTable() {
    return "CREATE TABLE gen (id INT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a INT,"
        + " twice INT GENERATED ALWAYS AS (a * 2) STORED)";
  }

  @Override
  List<String> unusualSettings() {
    return List.of(
        "CREATE SCHEMA elsewhere",
        "SET search_path = elsewhere",
        "SET lock_timeout = 777",
        "SET TimeZone = 'Asia/Tokyo'",
        "SET IntervalStyle = 'iso_8601'",
        "SET extra_float_digits = 1",
        "SET row_security = on");
  }

  @Override
  List<String> sessionSettings(Connection connection) throws SQLException {
    return UndoFixture.rows(
        connection,
        "SELECT name, setting FROM pg_settings WHERE name IN ('search_path', 'lock_timeout',"
            + " 'TimeZone', 'DateStyle', 'IntervalStyle', 'extra_float_digits', 'lc_monetary',"
            + " 'bytea_output', 'xmloption', 'row_security', 'default_transaction_isolation')"
            + " ORDER BY 1");
  }

  @Test
  void aTriggerThatChangesWhatIsRestoredQuarantinesTheBranch() throws Exception {
    BranchRef branch = updateOfAnn();
    database.execute(
        "CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS"
            + " $$ BEGIN NEW.owner := 'spoilt'; RETURN NEW; END $$",
        "CREATE TRIGGER spoil BEFORE UPDATE OR INSERT ON account FOR EACH ROW EXECUTE FUNCTION"
            + " spoil()");
    assertQuarantined(branch, true, "triggers");
    assertThat(database.rows("SELECT owner, balance FROM account WHERE id = 1"))
        .containsExactly("ann|5.00");
  }

  @Test
  void aTriggerThatSwallowsTheCompensationIsAvoidedByDeleteAndInsert() throws Exception {
    BranchRef branch = updateOfAnn();
    database.execute(
        "CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS"
            + " $$ BEGIN RETURN NULL; END $$",
        "CREATE TRIGGER swallow BEFORE UPDATE ON account FOR EACH ROW EXECUTE FUNCTION swallow()");
    assertThat(rollBack(branch, true)).isInstanceOf(Outcome.Undone.class);
    assertThat(database.rows("SELECT owner, balance FROM account WHERE id = 1"))
        .containsExactly("ann|100.50");
  }

  @Test
  void aDeferrableUniqueConstraintMaySwapAsItLikes() throws Exception {
    database.execute(
        "CREATE TABLE seat (id INT PRIMARY KEY, place INT NOT NULL UNIQUE DEFERRABLE)",
        "INSERT INTO seat VALUES (1, 10), (2, 11)");
    BranchRef branch;
    try (Branch work = database.branch()) {
      branch =
          work.change("seat", List.of("1", "2"), "UPDATE seat SET place = 21 - place").commit();
    }
    assertThat(rollBack(branch, true)).isInstanceOf(Outcome.Undone.class);
    assertThat(database.rows("SELECT * FROM seat ORDER BY id")).containsExactly("1|10", "2|11");
  }
}
