package io.attx.datasource.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attx.Xid;
import io.attx.databases.DatabaseKind;
import io.attx.datasource.branch.GlobalLockConflictException;
import io.attx.datasource.support.RealDatabase;
import io.attx.protocol.BranchResult;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Between the local commit and the decision of one global transaction, no other one can make its
 * undo fail: each case is a pair of transactions of which the second must wait.
 */
abstract class UndoStaysPossibleContract {
  private final DatabaseKind kind;
  RealDatabase db;

  UndoStaysPossibleContract(DatabaseKind kind) {
    this.kind = kind;
  }

  @BeforeEach
  void open() throws SQLException {
    db = RealDatabase.on(kind);
    db.execute(
        "CREATE TABLE person (id INT PRIMARY KEY, email VARCHAR(20) UNIQUE, age INT)",
        "INSERT INTO person VALUES (1, 'x', 10), (2, 'y', 20), (3, NULL, 30)",
        "CREATE TABLE pet (id INT PRIMARY KEY, owner INT, name VARCHAR(20),"
            + " FOREIGN KEY (owner) REFERENCES person (id))",
        "INSERT INTO pet VALUES (1, 1, 'rex'), (2, NULL, 'tom')");
  }

  @AfterEach
  void close() {
    db.close();
  }

  private List<String> everything(String table) throws SQLException {
    return db.rows("SELECT * FROM " + table + " ORDER BY 1");
  }

  /** The second is refused while the first is undecided; the first is then undone exactly. */
  final void isKeptOut(String table, String first, String second) throws Exception {
    List<String> before = everything(table);
    Xid xid = db.begin();
    db.inBranch(xid, first);
    assertThatThrownBy(() -> db.inBranch(db.begin(), second))
        .isInstanceOf(GlobalLockConflictException.class)
        .hasMessageContaining(xid.toString());
    isUndone(xid);
    assertThat(everything(table)).isEqualTo(before);
  }

  private void isUndone(Xid xid) throws Exception {
    BranchResult result = db.rollback(xid).get(0);
    assertThat(result.outcome()).as(result.detail()).isEqualTo(BranchResult.Outcome.UNDONE);
  }

  @Test
  void a_unique_value_that_was_given_up_by_a_delete_is_not_taken() throws Exception {
    isKeptOut("person", "DELETE FROM person WHERE id = 2", "INSERT INTO person VALUES (5, 'y', 0)");
  }

  @Test
  void a_unique_value_that_was_given_up_by_an_update_is_not_taken() throws Exception {
    isKeptOut(
        "person",
        "UPDATE person SET email = 'z' WHERE id = 2",
        "UPDATE person SET email = 'y' WHERE id = 3");
    isKeptOut(
        "person",
        "UPDATE person SET email = NULL WHERE id = 2",
        "INSERT INTO person VALUES (5, 'y', 0)");
  }

  @Test
  void a_unique_value_that_was_taken_is_not_moved_on() throws Exception {
    isKeptOut(
        "person",
        "UPDATE person SET email = 'z' WHERE id = 3",
        "UPDATE person SET email = 'w' WHERE email = 'z'");
  }

  @Test
  void the_parent_of_a_deleted_child_is_not_deleted() throws Exception {
    Xid xid = db.begin();
    db.inBranch(xid, "DELETE FROM pet WHERE id = 1");
    assertThatThrownBy(() -> db.inBranch(db.begin(), "DELETE FROM person WHERE id = 1"))
        .isInstanceOf(GlobalLockConflictException.class);
    isUndone(xid);
    assertThat(everything("pet")).first().isEqualTo("1,1,rex");
  }

  @Test
  void the_parent_that_an_update_left_is_not_deleted() throws Exception {
    Xid xid = db.begin();
    db.inBranch(xid, "UPDATE pet SET owner = 2 WHERE id = 1");
    assertThatThrownBy(() -> db.inBranch(db.begin(), "DELETE FROM person WHERE id = 1"))
        .isInstanceOf(GlobalLockConflictException.class);
    isUndone(xid);
    assertThat(everything("pet")).first().isEqualTo("1,1,rex");
  }

  @Test
  void other_columns_of_a_parent_may_change_and_other_children_may_come() throws Exception {
    Xid first = db.begin();
    db.inBranch(first, "DELETE FROM pet WHERE id = 1");
    Xid second = db.begin();
    db.inBranch(
        second, "UPDATE person SET age = 11 WHERE id = 1", "INSERT INTO pet VALUES (9, 1, 'new')");
    isUndone(first);
    isUndone(second);
    assertThat(everything("person")).first().isEqualTo("1,x,10");
    assertThat(everything("pet")).containsExactly("1,1,rex", "2,null,tom");
  }

  @Test
  void a_key_that_was_given_up_is_not_taken() throws Exception {
    isKeptOut(
        "person",
        "UPDATE person SET id = 40 WHERE id = 3",
        "INSERT INTO person VALUES (3, 'n', 0)");
    isKeptOut("person", "DELETE FROM person WHERE id = 3", "INSERT INTO person VALUES (3, 'n', 0)");
  }

  @Test
  void a_new_parent_gets_no_children_from_others() throws Exception {
    Xid xid = db.begin();
    db.inBranch(xid, "INSERT INTO person VALUES (7, 'q', 0)");
    assertThatThrownBy(() -> db.inBranch(db.begin(), "INSERT INTO pet VALUES (9, 7, 'new')"))
        .isInstanceOf(GlobalLockConflictException.class);
    assertThatThrownBy(() -> db.inBranch(db.begin(), "UPDATE pet SET owner = 7 WHERE id = 2"))
        .isInstanceOf(GlobalLockConflictException.class);
    isUndone(xid);
    assertThat(everything("person")).hasSize(3);
  }
}
