package io.attx.datasource.cascade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attx.Xid;
import io.attx.databases.DatabaseKind;
import io.attx.datasource.branch.GlobalLockConflictException;
import io.attx.datasource.image.StatementRefusedException;
import io.attx.datasource.support.RealDatabase;
import io.attx.protocol.BranchResult;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What cascading foreign keys change along is imaged, locked and restored. */
abstract class CascadeContract {
  private final DatabaseKind kind;
  RealDatabase db;
  private final List<String> tables = new ArrayList<>();

  CascadeContract(DatabaseKind kind) {
    this.kind = kind;
  }

  @BeforeEach
  void open() {
    db = RealDatabase.on(kind);
  }

  @AfterEach
  void close() {
    db.close();
  }

  private void create(String table, String columns, String... rows) throws SQLException {
    db.execute("CREATE TABLE " + table + " (" + columns + ")");
    tables.add(table);
    for (String row : rows) {
      db.execute("INSERT INTO " + table + " VALUES (" + row + ")");
    }
  }

  private List<String> everything() throws SQLException {
    List<String> all = new ArrayList<>();
    for (String table : tables) {
      db.rows("SELECT * FROM " + table + " ORDER BY 1").forEach(row -> all.add(table + ": " + row));
    }
    return all;
  }

  private void isUndone(String... texts) throws Exception {
    List<String> before = everything();
    Xid xid = db.begin();
    db.inBranch(xid, texts);
    assertThat(everything()).isNotEqualTo(before);
    assertThat(db.rollback(xid))
        .allSatisfy(result -> assertThat(result.outcome()).isEqualTo(BranchResult.Outcome.UNDONE))
        .hasSize(1);
    assertThat(everything()).isEqualTo(before);
  }

  private void shop() throws SQLException {
    create("customer", "id INT PRIMARY KEY, name VARCHAR(20)", "1, 'ann'", "2, 'bob'");
    create(
        "orders",
        "id INT PRIMARY KEY, customer INT, note VARCHAR(20),"
            + " FOREIGN KEY (customer) REFERENCES customer (id) ON DELETE CASCADE",
        "10, 1, 'a'",
        "11, 1, 'b'",
        "20, 2, 'c'");
    create(
        "item",
        "id INT PRIMARY KEY, orders INT NOT NULL, amount DECIMAL(9,2),"
            + " FOREIGN KEY (orders) REFERENCES orders (id) ON DELETE CASCADE",
        "100, 10, 1.50",
        "101, 10, 2.50",
        "110, 11, 3",
        "200, 20, 4");
    create(
        "coupon",
        "id INT PRIMARY KEY, orders INT, FOREIGN KEY (orders) REFERENCES orders (id) ON DELETE SET"
            + " NULL",
        "7, 10",
        "8, 20",
        "9, NULL");
  }

  @Test
  void a_deleted_parent_comes_back_with_children_and_grandchildren() throws Exception {
    shop();
    isUndone("DELETE FROM customer WHERE id = 1");
  }

  @Test
  void a_delete_of_several_parents_by_condition_comes_back() throws Exception {
    shop();
    isUndone("DELETE FROM customer WHERE name < 'z'");
  }

  @Test
  void what_other_statements_changed_before_the_cascade_comes_back_too() throws Exception {
    shop();
    isUndone(
        "INSERT INTO orders VALUES (12, 1, 'new')",
        "INSERT INTO item VALUES (120, 12, 9)",
        "UPDATE item SET amount = 77 WHERE id = 100",
        "UPDATE orders SET customer = 1 WHERE id = 20",
        "DELETE FROM customer WHERE id = 1",
        "INSERT INTO customer VALUES (1, 'again')",
        "INSERT INTO orders VALUES (10, 1, 'again')");
  }

  @Test
  void a_row_reached_by_two_ways_comes_back_once() throws Exception {
    create("a", "id INT PRIMARY KEY", "1", "2");
    create(
        "b",
        "id INT PRIMARY KEY, a INT, FOREIGN KEY (a) REFERENCES a (id) ON DELETE CASCADE",
        "1, 1",
        "2, 2");
    create(
        "c",
        "id INT PRIMARY KEY, a INT, b INT,"
            + " FOREIGN KEY (a) REFERENCES a (id) ON DELETE SET NULL,"
            + " FOREIGN KEY (b) REFERENCES b (id) ON DELETE CASCADE",
        "1, 1, 1",
        "2, 1, 2",
        "3, 2, 1",
        "4, 2, 2");
    isUndone("DELETE FROM a WHERE id = 1");
  }

  @Test
  void a_tree_comes_back_root_first() throws Exception {
    create(
        "tree",
        "id INT PRIMARY KEY, parent INT, FOREIGN KEY (parent) REFERENCES tree (id) ON DELETE"
            + " CASCADE",
        "5, NULL",
        "3, 5",
        "9, 3",
        "1, 9",
        "8, NULL");
    isUndone("DELETE FROM tree WHERE id = 5");
    isUndone("DELETE FROM tree WHERE id IN (3, 5, 1)");
  }

  @Test
  void references_to_unique_values_and_of_several_columns_are_followed() throws Exception {
    create(
        "p",
        "id INT PRIMARY KEY, x INT NOT NULL, y VARCHAR(10) NOT NULL, UNIQUE (x, y)",
        "1, 1, 'a'",
        "2, 1, 'b'");
    create(
        "c",
        "id INT PRIMARY KEY, x INT, y VARCHAR(10), FOREIGN KEY (x, y) REFERENCES p (x, y) ON DELETE"
            + " CASCADE ON UPDATE CASCADE",
        "1, 1, 'a'",
        "2, 1, 'b'",
        "3, 1, NULL");
    isUndone("DELETE FROM p WHERE id = 1");
    isUndone("UPDATE p SET y = 'z' WHERE id = 1");
    isUndone("UPDATE p SET x = x + 10");
  }

  @Test
  void children_whose_reference_is_emptied_by_an_update_come_back() throws Exception {
    create("p", "id INT PRIMARY KEY, code VARCHAR(10) UNIQUE", "1, 'a'", "2, 'b'", "3, NULL");
    create(
        "c",
        "id INT PRIMARY KEY, code VARCHAR(10), FOREIGN KEY (code) REFERENCES p (code) ON UPDATE SET"
            + " NULL ON DELETE SET NULL",
        "1, 'a'",
        "2, 'b'",
        "3, NULL");
    isUndone("UPDATE p SET code = 'q' WHERE id = 1");
    isUndone("DELETE FROM p WHERE code IS NOT NULL");
  }

  @Test
  void an_update_of_other_columns_takes_no_child_along() throws Exception {
    shop();
    Xid xid = db.begin();
    db.inBranch(xid, "UPDATE customer SET name = 'eve' WHERE id = 1");
    assertThat(db.coordinator().heldBy(xid)).hasSize(1);
    db.rollback(xid);
    assertThat(db.rows("SELECT name FROM customer WHERE id = 1")).containsExactly("ann");
  }

  @Test
  void no_other_global_transaction_touches_a_child_before_the_decision() throws Exception {
    shop();
    Xid first = db.begin();
    db.inBranch(first, "DELETE FROM customer WHERE id = 1");
    for (String sql :
        List.of(
            "INSERT INTO item VALUES (100, 20, 5)",
            "INSERT INTO orders VALUES (11, 2, 'x')",
            "UPDATE coupon SET orders = 20 WHERE id = 7")) {
      assertThatThrownBy(() -> db.inBranch(db.begin(), sql))
          .isInstanceOf(GlobalLockConflictException.class);
    }
    assertThat(db.rollback(first).get(0).outcome()).isEqualTo(BranchResult.Outcome.UNDONE);
  }

  @Test
  void a_restricting_grandchild_fails_the_statement_and_changes_nothing() throws Exception {
    shop();
    create(
        "bill", "id INT PRIMARY KEY, item INT, FOREIGN KEY (item) REFERENCES item (id)", "1, 101");
    List<String> before = everything();
    assertThatThrownBy(() -> db.inBranch(db.begin(), "DELETE FROM customer WHERE id = 1"))
        .isInstanceOf(SQLException.class)
        .isNotInstanceOf(StatementRefusedException.class);
    assertThat(everything()).isEqualTo(before);
  }

  @Test
  void rows_that_refer_to_each_other_in_a_circle_are_refused() throws Exception {
    create("dept", "id INT PRIMARY KEY, boss INT", "1, NULL", "2, NULL");
    create(
        "emp",
        "id INT PRIMARY KEY, dept INT, FOREIGN KEY (dept) REFERENCES dept (id) ON DELETE CASCADE",
        "1, 1",
        "2, 2");
    db.execute(
        "ALTER TABLE dept ADD FOREIGN KEY (boss) REFERENCES emp (id) ON DELETE SET NULL",
        "UPDATE dept SET boss = 1 WHERE id = 1");
    assertThatThrownBy(() -> db.inBranch(db.begin(), "DELETE FROM dept WHERE id = 1"))
        .isInstanceOf(StatementRefusedException.class)
        .hasMessageContaining("circle");
    isUndone("DELETE FROM dept WHERE id = 2");
  }

  @Test
  void a_child_table_without_a_key_is_refused() throws Exception {
    create("p", "id INT PRIMARY KEY", "1");
    create("c", "p INT, FOREIGN KEY (p) REFERENCES p (id) ON DELETE CASCADE", "1");
    assertThatThrownBy(() -> db.inBranch(db.begin(), "DELETE FROM p WHERE id = 1"))
        .isInstanceOf(StatementRefusedException.class)
        .hasMessageContaining("primary key");
    assertThat(everything()).containsExactly("p: 1", "c: 1");
  }

  @Test
  void a_batch_of_deletes_takes_children_along() throws Exception {
    shop();
    List<String> before = everything();
    Xid xid = db.begin();
    try (var scope = io.attx.client.GlobalTransactionContext.join(xid);
        var connection = db.wrapped().getConnection();
        var delete = connection.prepareStatement("DELETE FROM customer WHERE id = ?")) {
      for (int id : new int[] {1, 2, 3}) {
        delete.setInt(1, id);
        delete.addBatch();
      }
      assertThat(delete.executeBatch()).containsExactly(1, 1, 0);
    }
    assertThat(db.rows("SELECT * FROM item")).isEmpty();
    assertThat(db.rollback(xid).get(0).outcome()).isEqualTo(BranchResult.Outcome.UNDONE);
    assertThat(everything()).isEqualTo(before);
  }

  // ---- phase two: children that somebody else added meanwhile ----

  @Test
  void a_child_that_somebody_else_gave_an_inserted_parent_is_never_lost() throws Exception {
    shop();
    Xid xid = db.begin();
    db.inBranch(
        xid, "INSERT INTO customer VALUES (3, 'cid')", "INSERT INTO orders VALUES (30, 3, 'own')");
    db.execute("INSERT INTO orders VALUES (31, 3, 'stranger')");
    List<String> before = everything();

    BranchResult held = db.rollback(xid).get(0);

    assertThat(held.outcome()).isEqualTo(BranchResult.Outcome.QUARANTINED);
    assertThat(held.detail()).contains("orders").contains("31");
    assertThat(everything()).isEqualTo(before);
    db.execute("DELETE FROM orders WHERE id = 31");
    assertThat(db.rollback(xid).get(0).outcome()).isEqualTo(BranchResult.Outcome.UNDONE);
    assertThat(db.rows("SELECT id FROM customer ORDER BY id")).containsExactly("1", "2");
  }

  @Test
  void a_reference_that_somebody_else_set_to_an_inserted_parent_is_never_lost() throws Exception {
    shop();
    Xid xid = db.begin();
    db.inBranch(xid, "INSERT INTO orders VALUES (30, 1, 'own')");
    db.execute("UPDATE coupon SET orders = 30 WHERE id = 9");
    assertThat(db.rollback(xid).get(0).outcome()).isEqualTo(BranchResult.Outcome.QUARANTINED);
    assertThat(db.rows("SELECT orders FROM coupon WHERE id = 9")).containsExactly("30");
  }

  @Test
  void a_child_that_somebody_else_added_under_a_changed_value_does_not_follow_it_back()
      throws Exception {
    create("p", "id INT PRIMARY KEY, code INT NOT NULL UNIQUE", "1, 1");
    create(
        "c",
        "id INT PRIMARY KEY, code INT, FOREIGN KEY (code) REFERENCES p (code) ON UPDATE CASCADE",
        "1, 1");
    Xid xid = db.begin();
    db.inBranch(xid, "UPDATE p SET code = 2");
    db.execute("INSERT INTO c VALUES (2, 2)");
    assertThat(db.rollback(xid).get(0).outcome()).isEqualTo(BranchResult.Outcome.QUARANTINED);
    assertThat(everything()).containsExactly("p: 1,2", "c: 1,2", "c: 2,2");
  }

  @Test
  void a_branch_that_moved_a_child_to_its_own_parent_and_cut_it_loose_is_undone() throws Exception {
    shop();
    isUndone(
        "INSERT INTO customer VALUES (3, 'cid')",
        "UPDATE orders SET customer = 3 WHERE id = 20",
        "UPDATE coupon SET orders = NULL",
        "DELETE FROM orders WHERE id = 10");
  }
}
