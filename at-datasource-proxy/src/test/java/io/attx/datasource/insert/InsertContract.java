package io.attx.datasource.insert;

import static org.assertj.core.api.Assertions.assertThat;

import io.attx.databases.DatabaseAddress;
import io.attx.databases.DatabaseKind;
import io.attx.databases.SharedServers;
import io.attx.datasource.image.StatementRefusedException;
import io.attx.datasource.insert.InsertFixture.Call;
import io.attx.datasource.insert.InsertFixture.Effect;
import io.attx.datasource.insert.InsertFixture.Race;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every database promises of its own forms of INSERT, upsert and MERGE. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class InsertContract {
  private final DatabaseKind kind;
  InsertFixture db;

  InsertContract(DatabaseKind kind) {
    this.kind = kind;
  }

  /** The driver and its properties under test. */
  DatabaseAddress withDriver(DatabaseAddress address) {
    return address;
  }

  /** The type of a key that the database generates. */
  abstract String generatedKey();

  /** Statements of this database that are undone exactly. */
  abstract Stream<Call> undoable();

  /** Statements of this database that are refused, each with a part of the reason. */
  abstract Stream<List<String>> refused();

  /** Statements that somebody else gets in the way of. */
  abstract Stream<Race> races();

  /** Those that every database has. */
  private Stream<Call> common() {
    return Stream.of(
        new Call("INSERT INTO t (id, code) VALUES (?, ?)", 10, "j"),
        new Call("INSERT INTO t VALUES (10, 'j', 1, NULL), (11, NULL, ?, 'x')", 5),
        new Call("INSERT INTO t (id, n) VALUES (10, DEFAULT), (11, 2 + ?)", 3),
        new Call("INSERT INTO t (id, n) VALUES (10, (SELECT MAX(n) FROM s))"),
        new Call("INSERT INTO t (id, code, n) SELECT id + 100, code, n FROM s WHERE id > ?", 2),
        new Call("INSERT INTO t (id, n) SELECT id + 100, n FROM s WHERE id < 0"),
        new Call("INSERT INTO u (a, b, v) SELECT id, 'z', n + 1000 FROM s"),
        new Call("INSERT INTO u (b, a) VALUES (?, ?), ('n', 9)", "m", 9),
        new Call("INSERT INTO g (code, n) VALUES ('new', ?)", 1).withKeys(),
        new Call("INSERT INTO g (code, n) VALUES ('new', 1)"),
        new Call("INSERT INTO g (code, n) VALUES (?, 1)", "k1").and("k2").and("k3").withKeys(),
        new Call("INSERT INTO t (id, code) VALUES (?, ?)", 10, "j").and(11, "k").and(12, null));
  }

  private Stream<Call> allUndoable() {
    return Stream.concat(common(), undoable());
  }

  @BeforeAll
  void createTables() throws SQLException {
    db = new InsertFixture(withDriver(SharedServers.freshDatabase(kind)));
    db.execute(
        "CREATE TABLE t (id INT PRIMARY KEY, code VARCHAR(20) UNIQUE, n INT DEFAULT 7 NOT NULL,"
            + " note VARCHAR(40))",
        "CREATE TABLE s (id INT PRIMARY KEY, code VARCHAR(20), n INT)",
        "CREATE TABLE g (id " + generatedKey() + ", code VARCHAR(20) UNIQUE, n INT)",
        "CREATE TABLE u (a INT, b VARCHAR(10), v INT UNIQUE, w VARCHAR(10) UNIQUE,"
            + " x INT DEFAULT 1, PRIMARY KEY (a, b))");
    db.watch("t", "id", "code", "n", "note");
    db.watch("s", "id", "code", "n");
    db.watch("g", "*id", "code", "n");
    db.watch("u", "a", "b", "v", "w", "x");
    createMore();
  }

  /** More tables. */
  void createMore() throws SQLException {}

  /** Their rows. */
  void fillMore() throws SQLException {}

  @BeforeEach
  void fill() throws SQLException {
    db.execute(
        "DELETE FROM t",
        "DELETE FROM s",
        "DELETE FROM g",
        "DELETE FROM u",
        "INSERT INTO t VALUES (1, 'a', 10, 'one'), (2, 'b', 20, NULL), (3, NULL, 30, 'three'),"
            + " (4, 'd', 40, 'four')",
        "INSERT INTO s VALUES (2, 'b', 200), (5, 'e', 500), (6, NULL, 600)",
        "INSERT INTO g (code, n) VALUES ('x', 1), ('y', 2)",
        "INSERT INTO u VALUES (1, 'p', 100, 'w1', 1), (2, 'q', 200, 'w2', 2),"
            + " (3, 'r', 300, 'w3', 3)");
    fillMore();
  }

  @AfterAll
  void close() {
    db.close();
  }

  @ParameterizedTest
  @MethodSource("allUndoable")
  void aStatementDoesWhatTheBareDriverDoesAndIsUndone(Call call) throws Exception {
    Effect effect = db.undone(call);
    if (call.keys) {
      assertThat(effect.keys()).isPositive();
    }
  }

  @Test
  void randomUpsertsDoWhatTheBareDriverDoesAndAreUndone() throws Exception {
    String asked = System.getProperty("attx.seed", "20261120");
    long seed = asked.equals("random") ? System.nanoTime() : Long.parseLong(asked);
    RandomUpserts upserts = new RandomUpserts(kind, new Random(seed));
    int rounds = Integer.getInteger("attx.upserts", 80);
    int undone = 0;
    for (int i = 0; i < rounds; i++) {
      undone += db.undoneOrRefused(upserts.next(), "seed " + seed + ": ") ? 1 : 0;
    }
    assertThat(undone).as("seed " + seed).isGreaterThan(rounds / 6);
  }

  @ParameterizedTest
  @MethodSource("races")
  void whatSomebodyElseInsertsInBetweenIsNeverTakenForOurs(Race race) throws Exception {
    for (int isolation :
        List.of(Connection.TRANSACTION_READ_COMMITTED, Connection.TRANSACTION_REPEATABLE_READ)) {
      fill();
      db.execute(race.change());
      List<String> expected = db.visible();
      fill();

      Effect effect = db.raced(race, isolation);

      assertThat(db.visible()).as(race + " at " + isolation).isEqualTo(expected);
      if (isolation == Connection.TRANSACTION_READ_COMMITTED) {
        assertThat(effect.failure()).as(race.toString()).isNull();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("refused")
  void aStatementIsRefusedBeforeItChangesAnything(List<String> statement) throws Exception {
    List<String> before = db.content();
    Effect effect = db.run(db.coordinator.newXid(), new Call(statement.get(0)));
    assertThat(effect.failure())
        .as(statement.get(0))
        .isInstanceOf(StatementRefusedException.class)
        .hasMessageContaining(statement.get(1));
    assertThat(db.content()).isEqualTo(before);
  }
}
