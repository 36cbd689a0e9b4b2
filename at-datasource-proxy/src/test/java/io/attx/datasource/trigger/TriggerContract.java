package io.attx.datasource.trigger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attx.Xid;
import io.attx.databases.DatabaseKind;
import io.attx.databases.SharedServers;
import io.attx.datasource.image.StatementRefusedException;
import io.attx.datasource.support.RealDatabase;
import io.attx.protocol.BranchResult;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a trigger changes is restored exactly, or the statement is refused before it runs. */
abstract class TriggerContract {
  private static final String ALL = "SELECT * FROM doc ORDER BY id";

  private final DatabaseKind kind;
  RealDatabase db;

  TriggerContract(DatabaseKind kind) {
    this.kind = kind;
  }

  @BeforeEach
  void open() throws SQLException {
    db =
        new RealDatabase(
            SharedServers.freshDatabase(kind),
            options -> options.tablesWithUnprotectedTriggers("audited"));
    db.execute(
        "CREATE TABLE doc (id INT PRIMARY KEY, body VARCHAR(20), ver INT NOT NULL, seen INT)",
        "INSERT INTO doc VALUES (1, 'a', 1, 0), (2, 'b', 7, NULL)",
        "CREATE TABLE log (id INT PRIMARY KEY, entry VARCHAR(60))");
  }

  @AfterEach
  void close() {
    db.close();
  }

  /**
   * Creates a trigger.
   *
   * @param when for example {@code BEFORE UPDATE}
   * @param assignment of a column of the new row, or another statement of the body
   */
  abstract void trigger(String name, String when, String table, String body) throws SQLException;

  /** The text that assigns a column of the new row. */
  abstract String set(String column, String value);

  private void isUndone(String... texts) throws Exception {
    List<String> before = db.rows(ALL);
    Xid xid = db.begin();
    db.inBranch(xid, texts);
    assertThat(db.rows(ALL)).isNotEqualTo(before);
    BranchResult result = db.rollback(xid).get(0);
    assertThat(result.outcome()).as(result.detail()).isEqualTo(BranchResult.Outcome.UNDONE);
    assertThat(db.rows(ALL)).isEqualTo(before);
  }

  private void isRefused(String sql, String reason) throws SQLException {
    List<String> before = db.rows(ALL);
    assertThatThrownBy(() -> db.inBranch(db.begin(), sql))
        .isInstanceOf(StatementRefusedException.class)
        .hasMessageContaining(reason);
    assertThat(db.rows(ALL)).isEqualTo(before);
  }

  @Test
  void a_version_that_a_trigger_counts_is_restored_exactly() throws Exception {
    trigger("counts", "BEFORE UPDATE", "doc", set("ver", "OLD.ver + 1"));
    isUndone("UPDATE doc SET body = 'x'");
    isUndone("UPDATE doc SET body = 'x' WHERE id = 1", "UPDATE doc SET seen = 5 WHERE id = 1");
    isUndone(
        "INSERT INTO doc VALUES (3, 'c', 1, 1)",
        "UPDATE doc SET body = 'y' WHERE id >= 2",
        "DELETE FROM doc WHERE id = 2");
  }

  @Test
  void unique_values_that_move_among_rows_with_such_a_trigger_move_back() throws Exception {
    db.execute("CREATE UNIQUE INDEX seen_once ON doc (seen)");
    trigger("counts", "BEFORE UPDATE", "doc", set("ver", "OLD.ver + 1"));
    isUndone(
        "UPDATE doc SET seen = 9 WHERE id = 1",
        "UPDATE doc SET seen = 0 WHERE id = 2",
        "UPDATE doc SET seen = 7 WHERE id = 1");
  }

  @Test
  void what_a_trigger_fills_in_at_insert_is_imaged_and_undone() throws Exception {
    trigger("fills", "BEFORE INSERT", "doc", set("seen", "COALESCE(NEW.seen, 0) + 40"));
    isUndone("INSERT INTO doc VALUES (3, 'c', 1, 2)");
    assertThat(db.rows("SELECT id FROM doc ORDER BY id")).containsExactly("1", "2");
    isUndone("UPDATE doc SET body = 'z'");
  }

  @Test
  void a_delete_whose_undo_would_fire_an_insert_trigger_is_refused() throws Exception {
    trigger("fills", "BEFORE INSERT", "doc", set("seen", "40"));
    isRefused("DELETE FROM doc WHERE id = 1", "inserts the row again");
  }

  @Test
  void a_counting_trigger_beside_an_insert_trigger_is_refused() throws Exception {
    trigger("counts", "BEFORE UPDATE", "doc", set("ver", "OLD.ver + 1"));
    trigger("fills", "BEFORE INSERT", "doc", set("seen", "40"));
    isRefused("UPDATE doc SET body = 'x'", "fills");
  }

  @Test
  void a_trigger_that_may_change_the_key_is_refused() throws Exception {
    trigger("moves", "BEFORE UPDATE", "doc", set("id", "NEW.id + 100"));
    isRefused("UPDATE doc SET body = 'x'", "key");
  }

  @Test
  void a_trigger_that_writes_another_table_is_refused() throws Exception {
    trigger("logs", "AFTER UPDATE", "doc", "INSERT INTO log VALUES (NEW.ver, 'changed')");
    isRefused("UPDATE doc SET body = 'x'", "INSERT");
    isUndone("INSERT INTO doc VALUES (3, 'c', 1, 1)");
    assertThat(db.rows("SELECT * FROM log")).isEmpty();
  }

  @Test
  void a_trigger_that_calls_an_unknown_function_is_refused() throws Exception {
    trigger("asks", "BEFORE UPDATE", "doc", set("ver", "unknown_function(3)"));
    isRefused("UPDATE doc SET body = 'x'", "unknown_function");
  }

  @Test
  void a_table_declared_so_may_have_a_trigger_that_writes_another() throws Exception {
    db.execute(
        "CREATE TABLE audited (id INT PRIMARY KEY, body VARCHAR(20))",
        "INSERT INTO audited VALUES (1, 'a')");
    trigger(
        "logs",
        "AFTER UPDATE",
        "audited",
        "INSERT INTO log SELECT COALESCE(max(id), 0) + 1, 'changed' FROM log");
    Xid xid = db.begin();
    db.inBranch(xid, "UPDATE audited SET body = 'b'");
    assertThat(db.rows("SELECT id FROM log")).containsExactly("1");
    assertThat(db.rollback(xid).get(0).outcome()).isEqualTo(BranchResult.Outcome.UNDONE);
    assertThat(db.rows("SELECT * FROM audited")).containsExactly("1,a");
    assertThat(db.rows("SELECT id FROM log ORDER BY id")).first().isEqualTo("1");
  }
}
