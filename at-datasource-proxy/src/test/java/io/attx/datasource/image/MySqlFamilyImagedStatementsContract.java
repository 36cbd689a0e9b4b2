package io.attx.datasource.image;

import static io.attx.datasource.image.ImageFixture.PLAIN;
import static io.attx.datasource.image.ImageFixture.WITH_KEYS;
import static io.attx.datasource.image.ImageFixture.locks;
import static io.attx.datasource.image.ImageFixture.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attx.databases.DatabaseKind;
import io.attx.datasource.metadata.TableMetadata;
import io.attx.datasource.metadata.TableNotSupportedException;
import io.attx.undolog.UndoEntry;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What MySQL and MariaDB have in common beyond the contract. */
abstract class MySqlFamilyImagedStatementsContract extends ImagedStatementsContract {
  MySqlFamilyImagedStatementsContract(DatabaseKind kind) {
    super(kind);
  }

  @Override
  String generatedKey() {
    return "BIGINT AUTO_INCREMENT PRIMARY KEY";
  }

  long questions() throws SQLException {
    String row = db.rows("SHOW SESSION STATUS LIKE 'Questions'").get(0);
    return Long.parseLong(row.substring(row.indexOf('|') + 1));
  }

  @Test
  void anUpdateByKeyCostsThreeStatements() throws SQLException {
    String sql = "UPDATE account SET balance = balance + 1 WHERE id = 1";
    db.run(sql).executed().close();
    long before = questions();
    db.run(sql).executed().close();
    assertThat(questions() - before - 1).isEqualTo(3);
  }

  @Test
  void anOnUpdateColumnIsImagedThoughNobodyAssignsIt() throws SQLException {
    db.execute(
        "CREATE TABLE stamped (id INT PRIMARY KEY, n INT, g INT AS (n * 2) STORED,"
            + " at TIMESTAMP(6) NOT NULL DEFAULT '2020-01-01 00:00:00'"
            + " ON UPDATE CURRENT_TIMESTAMP(6))",
        "INSERT INTO stamped (id, n) VALUES (1, 1)");
    StatementOutcome outcome = db.run("UPDATE stamped SET n = 2 WHERE id = 1");
    UndoEntry entry = outcome.entries().get(0);
    assertThat(values(entry, entry.before().get(0)))
        .containsOnlyKeys("id", "n", "g", "at")
        .containsEntry("g", "2");
    assertThat(values(entry, entry.after().get(0))).containsEntry("g", "4");
    assertThat(values(entry, entry.after().get(0)).get("at"))
        .isNotEqualTo(values(entry, entry.before().get(0)).get("at"));
  }

  @Test
  void orderAndLimitChooseOnceAndTheCapturedRowsAreChanged() throws SQLException {
    StatementOutcome outcome =
        db.run("UPDATE account SET owner = 'x' WHERE id < ? ORDER BY id DESC LIMIT 1", 3);
    assertThat(outcome.updateCounts()).containsExactly(1);
    assertThat(locks(outcome)).containsExactly("UPDATE account[2]");
    assertThat(db.rows("SELECT id FROM account WHERE owner = 'x'")).containsExactly("2");
  }

  @Test
  void theOrderOfAnUpdateIsKeptWhereAUniqueIndexNeedsIt() throws SQLException {
    db.execute("INSERT INTO item (name, qty) VALUES ('1', 0), ('2', 0), ('3', 0)");
    StatementOutcome outcome =
        db.run("UPDATE item SET name = name + 1 WHERE qty = 0 ORDER BY name DESC");
    assertThat(outcome.updateCounts()).containsExactly(3);
  }

  @Test
  void aNumberComparedWithTextKeysConcernsEveryRowThatTheDatabaseSays() throws SQLException {
    db.execute(
        "CREATE TABLE texts (k VARCHAR(10) PRIMARY KEY, n INT)",
        "INSERT INTO texts VALUES ('7', 0), ('07', 0), ('8', 0)");
    StatementOutcome outcome = db.run("UPDATE texts SET n = 1 WHERE k = 7");
    assertThat(outcome.updateCounts()).containsExactly(2);
    assertThat(outcome.locks()).hasSize(2);
  }

  @Test
  void severalRowsWithGeneratedKeysAreImaged() throws SQLException {
    StatementOutcome outcome =
        db.run(PLAIN, "INSERT INTO item (name, qty) VALUES ('a', 1), ('b', 2), ('c', 3)");
    assertThat(outcome.updateCounts()).containsExactly(3);
    assertThat(outcome.entries().get(0).after()).hasSize(3);
  }

  @Test
  void aNullOrDefaultForAutoIncrementIsAGeneratedKey() throws SQLException {
    for (String key : List.of("NULL", "DEFAULT", "?")) {
      Object[] values = key.equals("?") ? new Object[] {null} : new Object[0];
      StatementOutcome outcome =
          db.run(
              WITH_KEYS,
              "INSERT INTO item (id, name) VALUES (" + key + ", 'n" + key + "')",
              values);
      UndoEntry entry = outcome.entries().get(0);
      assertThat(values(entry, entry.after().get(0)).get("id"))
          .isEqualTo(Long.toString(generatedKeys(outcome).get(0)));
    }
  }

  @Test
  void anEngineThatCannotRollBackIsRefused() throws SQLException {
    db.execute("CREATE TABLE unsafe (id INT PRIMARY KEY) ENGINE = MyISAM");
    assertThatThrownBy(() -> db.run("DELETE FROM unsafe"))
        .isInstanceOf(TableNotSupportedException.class)
        .hasMessageContaining("InnoDB");
  }

  @Test
  void aPrefixIndexIsLockedAsAWholeAndOnlyWhenItsColumnChanges() throws SQLException {
    db.execute(
        "CREATE TABLE prefixed (id INT PRIMARY KEY, t VARCHAR(50), n INT, UNIQUE KEY u (t(3)))",
        "INSERT INTO prefixed VALUES (1, 'abcdef', 0)");
    TableMetadata table = db.table("prefixed");
    assertThat(table.uniqueIndexes().get(0).columns()).isEmpty();
    assertThat(table.uniqueIndexes().get(0).dependsOn()).containsExactly("t");
    assertThat(locks(db.run("UPDATE prefixed SET n = 1 WHERE id = 1")))
        .containsExactly("UPDATE prefixed[1]");
    assertThat(locks(db.run("UPDATE prefixed SET t = 'x' WHERE id = 1")))
        .containsExactly("EXCLUSIVE prefixed.u[]", "UPDATE prefixed[1]");
  }

  @Test
  void aPrefixCannotBeTheKey() throws SQLException {
    db.execute("CREATE TABLE pk (t VARCHAR(50), n INT, PRIMARY KEY (t(3)))");
    assertThatThrownBy(() -> db.run("DELETE FROM pk"))
        .isInstanceOf(TableNotSupportedException.class);
  }
}
