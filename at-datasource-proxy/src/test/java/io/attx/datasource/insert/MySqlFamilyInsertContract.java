package io.attx.datasource.insert;

import static org.assertj.core.api.Assertions.assertThat;

import io.attx.databases.DatabaseKind;
import io.attx.datasource.image.StatementRefusedException;
import io.attx.datasource.insert.InsertFixture.Call;
import io.attx.datasource.insert.InsertFixture.Effect;
import io.attx.datasource.insert.InsertFixture.Race;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The forms that MySQL and MariaDB have in common. */
abstract class MySqlFamilyInsertContract extends InsertContract {
  MySqlFamilyInsertContract(DatabaseKind kind) {
    super(kind);
  }

  @Override
  String generatedKey() {
    return "BIGINT AUTO_INCREMENT PRIMARY KEY";
  }

  @Override
  Stream<Call> undoable() {
    return Stream.of(
        // INSERT
        new Call("INSERT INTO t SET id = ?, code = 'j', n = DEFAULT", 10),
        new Call("INSERT INTO g () VALUES ()").withKeys(),
        new Call("INSERT INTO g VALUES (NULL, 'n', 1), (0, 'm', 2)"),
        new Call("INSERT INTO g (id, code) VALUES (NULL, 'n'), (100000, 'm'), (0, 'o')"),
        new Call("INSERT INTO g (code, n) VALUES ('k1', 1), (?, 2), ('k3', 3)", "k2").withKeys(),
        new Call("INSERT INTO u (a, b) VALUES (LENGTH(UUID()), SUBSTRING(UUID(), 15, 1))"),
        new Call("INSERT INTO g (code, n) SELECT CONCAT('k', id), n FROM s").withKeys(),
        new Call("INSERT INTO g (code, n) SELECT 'k', MAX(n) FROM s WHERE id > ?", 0),
        new Call("INSERT INTO t (id, n) SELECT MAX(id) + 100, SUM(n) FROM s"),
        new Call(
            "INSERT INTO t (id, n) SELECT s.id, 1 FROM s WHERE s.id NOT IN (SELECT id FROM t)"),
        // INSERT IGNORE
        new Call("INSERT IGNORE INTO t (id, code) VALUES (1, 'new')"),
        new Call("INSERT IGNORE INTO t (id, code) VALUES (9, 'a')"),
        new Call("INSERT IGNORE INTO t (id, code) VALUES (9, 'i')"),
        new Call("INSERT IGNORE INTO t (id, code) VALUES (9, 'i'), (1, 'k'), (9, 'z'), (8, 'd')"),
        new Call("INSERT IGNORE INTO g (code) VALUES (?), ('x'), ('q')", "p").withKeys(),
        new Call("INSERT IGNORE INTO t (id) VALUES (?)", 1).and(11).and(12).and(11),
        // ON DUPLICATE KEY UPDATE
        new Call("INSERT INTO t (id, n) VALUES (1, 5) ON DUPLICATE KEY UPDATE n = n + VALUES(n)"),
        new Call("INSERT INTO t (id, n) VALUES (9, 5) ON DUPLICATE KEY UPDATE n = n + VALUES(n)"),
        new Call("INSERT INTO t (id, n) VALUES (1, 10) ON DUPLICATE KEY UPDATE n = VALUES(n)"),
        new Call(
            "INSERT INTO t (id, code, n) VALUES (?, ?, ?), (2, 'c', 1), (9, 'a', 2), (9, 'y', 3),"
                + " (77, 'y', 4) ON DUPLICATE KEY UPDATE n = n + ?, note = CONCAT('was ', t.id)",
            8,
            "h",
            1,
            100),
        new Call(
            "INSERT INTO t (id, code) VALUES (50, 'a') ON DUPLICATE KEY UPDATE code = 'taken'"),
        new Call(
            "INSERT INTO u (a, b, v, w) VALUES (1, 'p', 200, 'w3')"
                + " ON DUPLICATE KEY UPDATE x = x + 10"),
        new Call(
            "INSERT INTO u (a, b, v, w) VALUES (7, 'p', 200, 'w3')"
                + " ON DUPLICATE KEY UPDATE x = x + 10, w = NULL"),
        new Call(
            "INSERT INTO g (code, n) VALUES ('x', 5)"
                + " ON DUPLICATE KEY UPDATE id = LAST_INSERT_ID(id), n = n + 1"),
        new Call("INSERT INTO g (code, n) VALUES ('new', 5) ON DUPLICATE KEY UPDATE n = 0")
            .withKeys(),
        new Call("INSERT INTO g (code, n) VALUES (?, 5) ON DUPLICATE KEY UPDATE n = n + 1", "x")
            .and("k")
            .and("k")
            .and("y"),
        new Call(
            "INSERT INTO t (id, n) VALUES (LENGTH('x') + 100, 5)"
                + " ON DUPLICATE KEY UPDATE n = n + 1"),
        new Call("INSERT INTO q (id, k) VALUES (1, 'new') ON DUPLICATE KEY UPDATE n = 1"),
        new Call("INSERT INTO q (k) VALUES ('new') ON DUPLICATE KEY UPDATE n = 1"),
        new Call("INSERT IGNORE INTO q (id, k) VALUES (9, 'abcxyz'), (8, 'h')"),
        // REPLACE
        new Call("REPLACE INTO t (id, code, n) VALUES (9, 'i', 1)"),
        new Call("REPLACE t VALUES (1, 'a', 11, 'changed')"),
        new Call("REPLACE t VALUES (1, 'a', 10, 'one')"),
        new Call("REPLACE INTO t SET id = 9, code = 'a'"),
        new Call("REPLACE INTO t (id, code) VALUES (1, 'b')"),
        new Call("REPLACE INTO u (a, b, v, w) VALUES (1, 'p', 200, 'w3')"),
        new Call("REPLACE INTO u (a, b, v, w) VALUES (9, 'x', ?, 'w3'), (9, 'x', 1, 'w2')", 100),
        new Call("REPLACE INTO g (code, n) VALUES ('x', 9)"),
        new Call("REPLACE INTO g (code, n) VALUES ('x', 9), ('k', 1), ('x', 3)"),
        new Call("REPLACE INTO t (id, code) VALUES (?, ?)", 1, "b").and(10, "b").and(2, "a"));
  }

  @Override
  Stream<Race> races() {
    String other = "INSERT INTO t VALUES (9, 'i', 5, NULL)";
    String plain = "INSERT INTO t (id, n) VALUES (";
    return Stream.of(
        new Race(
            new Call("INSERT INTO t (id, n) VALUES (9, 5) ON DUPLICATE KEY UPDATE n = n + 1"),
            plain,
            1,
            other),
        new Race(
            new Call("INSERT INTO t (id, n) VALUES (9, 5) ON DUPLICATE KEY UPDATE n = 5"),
            plain,
            1,
            other),
        new Race(
            new Call(
                "INSERT INTO t (id, n) VALUES (1, 7), (9, 5) ON DUPLICATE KEY UPDATE n = n + 1"),
            plain,
            3,
            other),
        new Race(new Call("INSERT IGNORE INTO t (id, n) VALUES (9, 6)"), "INSERT IGNORE", 1, other),
        new Race(
            new Call("INSERT IGNORE INTO t (id, n) VALUES (8, 0), (9, 6), (1, 0)"),
            "INSERT IGNORE",
            3,
            other),
        new Race(new Call("REPLACE INTO t (id, n) VALUES (9, 6)"), plain, 1, other),
        new Race(
            new Call("INSERT INTO g (code, n) VALUES ('k', 6) ON DUPLICATE KEY UPDATE n = 9"),
            "INSERT INTO g (code, n) VALUES (",
            1,
            "INSERT INTO g (code, n) VALUES ('k', 1)"));
  }

  @Override
  void createMore() throws SQLException {
    db.execute(
        "CREATE TABLE q (id INT PRIMARY KEY DEFAULT 2, k VARCHAR(20), n INT, UNIQUE (k(3)))");
    db.watch("q", "id", "k", "n");
  }

  @Override
  void fillMore() throws SQLException {
    db.execute("DELETE FROM q", "INSERT INTO q VALUES (1, 'abcdef', 0), (2, 'xyz', 0)");
  }

  @Test
  void aReplaceThatRemovesARowNobodyImagedIsTakenBackAndRefused() throws Exception {
    Race race =
        new Race(
            new Call("REPLACE INTO t (id, code, n) VALUES (9, 'a', 5)"),
            "REPLACE INTO t",
            1,
            "INSERT INTO t VALUES (9, 'i', 5, NULL)");
    Effect effect = db.raced(race, Connection.TRANSACTION_READ_COMMITTED);
    assertThat(effect.failure())
        .isInstanceOf(StatementRefusedException.class)
        .hasMessageContaining("taken back");
    List<String> after = db.visible();
    fill();
    db.execute(race.change());
    assertThat(after).isEqualTo(db.visible());
  }

  @Override
  Stream<List<String>> refused() {
    return Stream.of(
        List.of(
            "INSERT INTO t (id, n) VALUES (1, 5) ON DUPLICATE KEY UPDATE id = id + 1",
            "part of the key"),
        List.of(
            "INSERT INTO q (id, k) VALUES (9, 'abcxyz') ON DUPLICATE KEY UPDATE n = 1",
            "not found by the values"),
        List.of("REPLACE INTO q (id, k) VALUES (9, 'abcxyz')", "not found by the values"),
        List.of("REPLACE INTO t (id, code, n) SELECT id, code, n FROM s", "read the rows first"),
        List.of(
            "INSERT INTO t (id, n) SELECT id, n FROM s ON DUPLICATE KEY UPDATE n = 1",
            "read the rows first"));
  }
}
