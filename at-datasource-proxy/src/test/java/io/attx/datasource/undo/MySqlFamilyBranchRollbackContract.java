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

/** What MySQL and MariaDB add to the contract. */
abstract class MySqlFamilyBranchRollbackContract extends BranchRollbackContract {
  MySqlFamilyBranchRollbackContract(DatabaseKind kind) {
    super(kind);
  }

  @Override
  String generatedTable() {
    return "CREATE TABLE gen (id INT AUTO_INCREMENT PRIMARY KEY, a INT,"
        + " twice INT GENERATED ALWAYS AS (a * 2) STORED)";
  }

  @Override
  List<String> unusualSettings() {
    return List.of(
        "SET SESSION sql_mode = 'ANSI_QUOTES,STRICT_ALL_TABLES,NO_ZERO_DATE'",
        "SET SESSION time_zone = '+09:00'",
        "SET SESSION foreign_key_checks = 0, SESSION unique_checks = 0",
        "SET SESSION sql_safe_updates = 1, SESSION sql_select_limit = 1000",
        "SET SESSION innodb_lock_wait_timeout = 77, SESSION lock_wait_timeout = 78");
  }

  @Override
  List<String> sessionSettings(Connection connection) throws SQLException {
    return UndoFixture.rows(
        connection,
        "SELECT @@sql_mode, @@time_zone, @@foreign_key_checks, @@unique_checks,"
            + " @@sql_safe_updates, @@sql_select_limit, @@innodb_lock_wait_timeout,"
            + " @@lock_wait_timeout");
  }

  @Test
  void aColumnThatTheDatabaseSetsOnEveryUpdateGetsItsOldValue() throws Exception {
    database.execute(
        "CREATE TABLE stamp (id INT PRIMARY KEY, a INT,"
            + " at DATETIME(6) DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),"
            + " ts TIMESTAMP(3) NOT NULL DEFAULT '2001-02-03 04:05:06.789'"
            + " ON UPDATE CURRENT_TIMESTAMP(3))",
        "INSERT INTO stamp (id, a, at) VALUES (1, 1, '1999-12-31 23:59:59.123456')");
    List<String> before = database.rows("SELECT id, a, CAST(at AS CHAR), ts FROM stamp");
    BranchRef branch;
    try (Branch work = database.branch()) {
      branch = work.change("stamp", List.of("1"), "UPDATE stamp SET a = 2").commit();
    }
    assertThat(rollBack(branch, true)).isInstanceOf(Outcome.Undone.class);
    assertThat(database.rows("SELECT id, a, CAST(at AS CHAR), ts FROM stamp")).isEqualTo(before);
  }

  @Test
  void keyZeroAndZeroDatesComeBackInAStrictSession() throws Exception {
    database.execute("CREATE TABLE zero (id INT AUTO_INCREMENT PRIMARY KEY, d DATE, t VARCHAR(9))");
    database.execute(
        "SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO'",
        "INSERT INTO zero VALUES (0, '0000-00-00', 'a\\\\b')");
    BranchRef branch;
    try (Branch work = database.branch()) {
      branch = work.change("zero", List.of("0"), "DELETE FROM zero").commit();
    }
    try (Connection connection = database.address.connect()) {
      connection
          .createStatement()
          .execute("SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE'");
      assertThat(database.rollback().rollback(connection, branch, true))
          .isInstanceOf(Outcome.Undone.class);
    }
    assertThat(database.rows("SELECT id, CAST(d AS CHAR), t FROM zero"))
        .containsExactly("0|0000-00-00|a\\b");
  }

  @Test
  void aBackslashComesBackWhereTheSessionDoesNotEscape() throws Exception {
    database.execute("CREATE TABLE path (id INT PRIMARY KEY, p VARCHAR(20))");
    try (Connection connection =
        database
            .address
            .withProperty("sessionVariables", "sql_mode='NO_BACKSLASH_ESCAPES'")
            .connect()) {
      connection.createStatement().execute("INSERT INTO path VALUES (1, 'a\\b''c')");
      BranchRef branch;
      try (Branch work = database.branch()) {
        branch = work.change("path", List.of("1"), "DELETE FROM path").commit();
      }
      assertThat(database.rollback().rollback(connection, branch, true))
          .isInstanceOf(Outcome.Undone.class);
    }
    assertThat(database.rows("SELECT p FROM path")).containsExactly("a\\b'c");
  }

  @Test
  void anInsertedRowThatRefersToItselfGoesAgainButNotWhenSomebodyElseRefersToIt() throws Exception {
    database.execute(
        "CREATE TABLE node (id INT PRIMARY KEY, parent INT NOT NULL,"
            + " FOREIGN KEY (parent) REFERENCES node (id))");
    BranchRef branch;
    try (Branch work = database.branch()) {
      branch = work.change("node", List.of("7"), "INSERT INTO node VALUES (7, 7)").commit();
    }
    database.execute("INSERT INTO node VALUES (8, 7)");
    assertQuarantined(branch, true, "foreign key");
    assertThat(database.rows("SELECT * FROM node ORDER BY id")).containsExactly("7|7", "8|7");
    database.execute("DELETE FROM node WHERE id = 8");
    assertThat(rollBack(branch, true)).isInstanceOf(Outcome.Undone.class);
    assertThat(database.rows("SELECT * FROM node")).isEmpty();
  }

  @Test
  void aTriggerThatChangesWhatIsRestoredQuarantinesTheBranch() throws Exception {
    BranchRef branch = updateOfAnn();
    database.execute(
        "CREATE TRIGGER spoil BEFORE UPDATE ON account FOR EACH ROW SET NEW.owner = 'spoilt'",
        "CREATE TRIGGER refill BEFORE INSERT ON account FOR EACH ROW SET NEW.owner = 'refilt'");
    assertQuarantined(branch, true, "triggers");
    assertThat(database.rows("SELECT owner, balance FROM account WHERE id = 1"))
        .containsExactly("ann|5.00");
  }
}
