package io.attx.datasource.undo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.attx.BranchRef;
import io.attx.Xid;
import io.attx.databases.DatabaseAddress;
import io.attx.databases.DatabaseKind;
import io.attx.databases.SharedServers;
import io.attx.datasource.undo.BranchRollback.Outcome;
import io.attx.datasource.undo.UndoFixture.Branch;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the rollback of a branch promises on every database. */
abstract class BranchRollbackContract {
  private final DatabaseKind kind;
  UndoFixture database;

  BranchRollbackContract(DatabaseKind kind) {
    this.kind = kind;
  }

  @BeforeEach
  void freshDatabase() throws SQLException {
    database = new UndoFixture(withDriver(SharedServers.freshDatabase(kind)));
    database.execute(
        "CREATE TABLE account (id INT PRIMARY KEY, owner VARCHAR(40), balance DECIMAL(12,2))",
        "INSERT INTO account VALUES (1, 'ann', 100.50), (2, 'bob', 0), (3, NULL, NULL)");
  }

  /** The driver and its properties under test. */
  DatabaseAddress withDriver(DatabaseAddress address) {
    return address;
  }

  // ---- compensation ----

  @Test
  void updatesInsertsAndDeletesAreUndone() throws Exception {
    List<String> before = database.rows("SELECT * FROM account ORDER BY id");
    BranchRef branch;
    try (Branch work = database.branch()) {
      branch =
          work.change(
                  "account",
                  List.of("1", "2", "3"),
                  Set.of("balance"),
                  "UPDATE account SET balance = 1")
              .change("account", List.of("4"), "INSERT INTO account VALUES (4, 'new', 7)")
              .change("account", List.of("2"), "DELETE FROM account WHERE id = 2")
              .commit();
    }
    assertThat(database.rows("SELECT * FROM account ORDER BY id")).isNotEqualTo(before);

    assertThat(rollBack(branch, true)).isInstanceOf(Outcome.Undone.class);

    assertThat(database.rows("SELECT * FROM account ORDER BY id")).isEqualTo(before);
    assertThat(database.rows("SELECT state, chunks, octet_length(payload) FROM undo_log"))
        .containsExactly("1|1|0");
  }

  @Test
  void whatABranchDidToOneRowAgainAndAgainFoldsToTheFirstImage() throws Exception {
    List<String> before = database.rows("SELECT * FROM account ORDER BY id");
    BranchRef branch;
    try (Branch work = database.branch()) {
      List<String> one = List.of("1");
      branch =
          work.change("account", one, Set.of("balance"), "UPDATE account SET balance = 1")
              .change(
                  "account", one, Set.of("owner"), "UPDATE account SET owner = 'x' WHERE id = 1")
              .change("account", one, "DELETE FROM account WHERE id = 1")
              .change("account", one, "INSERT INTO account VALUES (1, 'again', 3)")
              .change(
                  "account", one, Set.of("balance"), "UPDATE account SET balance = 9 WHERE id=1")
              .commit();
    }
    database.execute("UPDATE account SET balance = 0 WHERE id = 2");
    database.execute("UPDATE account SET balance = NULL WHERE id = 3");

    assertThat(rollBack(branch, true)).isInstanceOf(Outcome.Undone.class);

    assertThat(database.rows("SELECT * FROM account ORDER BY id")).isEqualTo(before);
  }

  @Test
  void aRowThatCameAndWentInsideTheBranchLeavesNothing() throws Exception {
    List<String> before = database.rows("SELECT * FROM account ORDER BY id");
    BranchRef branch;
    try (Branch work = database.branch()) {
      branch =
          work.change("account", List.of("9"), "INSERT INTO account VALUES (9, 'a', 1)")
              .change("account", List.of("9"), "UPDATE account SET owner = 'b' WHERE id = 9")
              .change("account", List.of("9"), "DELETE FROM account WHERE id = 9")
              .commit();
    }
    assertThat(rollBack(branch, true)).isInstanceOf(Outcome.Undone.class);
    assertThat(database.rows("SELECT * FROM account ORDER BY id")).isEqualTo(before);
  }

  @Test
  void columnsThatWereNotImagedKeepWhatOthersWrote() throws Exception {
    BranchRef branch;
    try (Branch work = database.branch()) {
      branch =
          work.change(
                  "account",
                  List.of("1"),
                  Set.of("balance"),
                  "UPDATE account SET balance = 5 WHERE id = 1")
              .commit();
    }
    database.execute("UPDATE account SET owner = 'other' WHERE id = 1");
    assertThat(rollBack(branch, true)).isInstanceOf(Outcome.Undone.class);
    assertThat(database.rows("SELECT * FROM account WHERE id = 1"))
        .containsExactly("1|other|100.50");
  }

  @Test
  void uniqueValuesThatMovedFromRowToRowMoveBack() throws Exception {
    database.execute(
        "CREATE TABLE seat (id INT PRIMARY KEY, place INT NOT NULL UNIQUE)",
        "INSERT INTO seat VALUES (1, 10), (2, 11), (3, 12)",
        "INSERT INTO seat VALUES (4, 13), (5, 14), (6, 15)");
    List<String> before = database.rows("SELECT * FROM seat ORDER BY id");
    BranchRef branch;
    try (Branch work = database.branch()) {
      branch =
          work.change(
                  "seat",
                  List.of("1", "2", "3"),
                  "UPDATE seat SET place = 9 WHERE id = 1",
                  "UPDATE seat SET place = 10 WHERE id = 2",
                  "UPDATE seat SET place = 11 WHERE id = 3")
              .change(
                  "seat",
                  List.of("4", "5", "6"),
                  "UPDATE seat SET place = 16 WHERE id = 6",
                  "UPDATE seat SET place = 15 WHERE id = 5",
                  "UPDATE seat SET place = 14 WHERE id = 4")
              .commit();
    }
    assertThat(rollBack(branch, true)).isInstanceOf(Outcome.Undone.class);
    assertThat(database.rows("SELECT * FROM seat ORDER BY id")).isEqualTo(before);
  }

  @Test
  void uniqueValuesSwappedByThreeStatementsAreSwappedBack() throws Exception {
    database.execute(
        "CREATE TABLE seat (id INT PRIMARY KEY, place INT NOT NULL UNIQUE)",
        "INSERT INTO seat VALUES (1, 10), (2, 11)");
    BranchRef branch;
    try (Branch work = database.branch()) {
      branch =
          work.change("seat", List.of("1"), "UPDATE seat SET place = 0 WHERE id = 1")
              .change("seat", List.of("2"), "UPDATE seat SET place = 10 WHERE id = 2")
              .change("seat", List.of("1"), "UPDATE seat SET place = 11 WHERE id = 1")
              .commit();
    }
    assertThat(rollBack(branch, true)).isInstanceOf(Outcome.Undone.class);
    assertThat(database.rows("SELECT * FROM seat ORDER BY id")).containsExactly("1|10", "2|11");
  }

  @Test
  void uniqueValuesSwappedInsideOneBatchAreSwappedBackWithTheUnimagedColumnsKept()
      throws Exception {
    database.execute(
        "CREATE TABLE seat (id INT PRIMARY KEY, place INT NOT NULL UNIQUE, who VARCHAR(9))",
        "INSERT INTO seat VALUES (1, 10, 'ann'), (2, 11, 'bob'), (3, 12, 'cid')");
    BranchRef branch;
    try (Branch work = database.branch()) {
      branch =
          work.change(
                  "seat",
                  List.of("1", "2", "3"),
                  Set.of("place"),
                  "UPDATE seat SET place = 0 WHERE id = 1",
                  "UPDATE seat SET place = 10 WHERE id = 2",
                  "UPDATE seat SET place = 11 WHERE id = 3",
                  "UPDATE seat SET place = 12 WHERE id = 1")
              .commit();
    }
    assertThat(rollBack(branch, true)).isInstanceOf(Outcome.Undone.class);
    assertThat(database.rows("SELECT * FROM seat ORDER BY id"))
        .containsExactly("1|10|ann", "2|11|bob", "3|12|cid");
  }

  @Test
  void rowsThatReferToRowsOfTheirOwnTableComeBackAndGoInAnOrderThatKeepsTheReferences()
      throws Exception {
    database.execute(
        "CREATE TABLE node (id INT PRIMARY KEY, parent INT,"
            + " FOREIGN KEY (parent) REFERENCES node (id))",
        "INSERT INTO node VALUES (30, NULL)",
        "INSERT INTO node VALUES (20, 30)",
        "INSERT INTO node VALUES (10, 20)",
        "INSERT INTO node VALUES (25, 20)");
    List<String> before = database.rows("SELECT * FROM node ORDER BY id");
    BranchRef branch;
    try (Branch work = database.branch()) {
      branch =
          work.change(
                  "node",
                  List.of("10", "20", "25", "30"),
                  "DELETE FROM node WHERE id = 10",
                  "DELETE FROM node WHERE id = 25",
                  "DELETE FROM node WHERE id = 20",
                  "DELETE FROM node WHERE id = 30")
              .change(
                  "node",
                  List.of("1", "2", "3"),
                  "INSERT INTO node VALUES (2, NULL)",
                  "INSERT INTO node VALUES (3, 2)",
                  "INSERT INTO node VALUES (1, 3)")
              .commit();
    }
    assertThat(rollBack(branch, true)).isInstanceOf(Outcome.Undone.class);
    assertThat(database.rows("SELECT * FROM node ORDER BY id")).isEqualTo(before);
  }

  @Test
  void childrenThatWereMovedBetweenParentsComeBackWithTheirParents() throws Exception {
    database.execute(
        "CREATE TABLE parent (id INT PRIMARY KEY, name VARCHAR(9), code INT UNIQUE)",
        "CREATE TABLE child (id INT PRIMARY KEY, parent INT,"
            + " FOREIGN KEY (parent) REFERENCES parent (id))",
        "INSERT INTO parent VALUES (1, 'a', 7)",
        "INSERT INTO child VALUES (1, 1), (2, 1)");
    BranchRef branch;
    try (Branch work = database.branch()) {
      branch =
          work.change("child", List.of("1"), "UPDATE child SET parent = NULL WHERE id = 1")
              .change("child", List.of("2"), "DELETE FROM child WHERE id = 2")
              .change("parent", List.of("1"), "UPDATE parent SET name = 'b' WHERE id = 1")
              .change("parent", List.of("1"), "DELETE FROM parent WHERE id = 1")
              .change("parent", List.of("2"), "INSERT INTO parent VALUES (2, 'c', 7)")
              .change("child", List.of("1"), "UPDATE child SET parent = 2 WHERE id = 1")
              .change("child", List.of("3"), "INSERT INTO child VALUES (3, 2)")
              .change("parent", List.of("2"), "UPDATE parent SET name = 'd' WHERE id = 2")
              .commit();
    }
    assertThat(rollBack(branch, true)).isInstanceOf(Outcome.Undone.class);
    assertThat(database.rows("SELECT * FROM parent ORDER BY id")).containsExactly("1|a|7");
    assertThat(database.rows("SELECT * FROM child ORDER BY id")).containsExactly("1|1", "2|1");
  }

  @Test
  void generatedColumnsAndIdentitiesComeBackExactly() throws Exception {
    database.execute(generatedTable());
    database.execute("INSERT INTO gen (a) VALUES (5)", "INSERT INTO gen (a) VALUES (6)");
    List<String> before = database.rows("SELECT id, a, twice FROM gen ORDER BY id");
    assertThat(before).containsExactly("1|5|10", "2|6|12");
    BranchRef branch;
    try (Branch work = database.branch()) {
      branch =
          work.change("gen", List.of("1"), "UPDATE gen SET a = 50 WHERE id = 1")
              .change("gen", List.of("2"), "DELETE FROM gen WHERE id = 2")
              .change("gen", List.of("3"), "INSERT INTO gen (a) VALUES (7)")
              .commit();
    }
    assertThat(database.rows("SELECT id, a, twice FROM gen ORDER BY id"))
        .containsExactly("1|50|100", "3|7|14");
    assertThat(rollBack(branch, true)).isInstanceOf(Outcome.Undone.class);
    assertThat(database.rows("SELECT id, a, twice FROM gen ORDER BY id")).isEqualTo(before);
  }

  /** gen (id: by the database, a INT, twice: generated as a * 2). */
  abstract String generatedTable();

  @Test
  void aThousandRowsInManyChunksAreUndone() throws Exception {
    database.execute("CREATE TABLE big (id INT PRIMARY KEY, body VARCHAR(4000))");
    try (Connection connection = database.address.connect();
        PreparedStatement insert = connection.prepareStatement("INSERT INTO big VALUES (?, ?)")) {
      Random random = new Random(5);
      for (int id = 0; id < 1200; id++) {
        insert.setInt(1, id);
        insert.setString(
            2,
            random
                .ints(1000, 'a', 'z')
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString());
        insert.addBatch();
      }
      insert.executeBatch();
    }
    List<String> before = database.rows("SELECT * FROM big ORDER BY id");
    List<String> keys = IntStream.range(0, 1200).mapToObj(String::valueOf).toList();
    BranchRef branch;
    try (Branch work = database.branch()) {
      branch =
          work.change("big", keys, "UPDATE big SET body = 'gone'", "DELETE FROM big WHERE id < 300")
              .commit();
    }
    assertThat(Integer.parseInt(database.rows("SELECT count(*) FROM undo_log").get(0)))
        .isGreaterThan(5);
    assertThat(rollBack(branch, true)).isInstanceOf(Outcome.Undone.class);
    assertThat(database.rows("SELECT * FROM big ORDER BY id")).isEqualTo(before);
    assertThat(database.rows("SELECT chunk, state FROM undo_log")).containsExactly("0|1");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 20261120})
  void aRandomHistoryIsUndoneExactly(long seed) throws Exception {
    database.execute(
        "CREATE TABLE item (id INT PRIMARY KEY, code INT NOT NULL UNIQUE, parent INT,"
            + " note VARCHAR(20), FOREIGN KEY (parent) REFERENCES item (id))",
        "INSERT INTO item VALUES (1, 101, NULL, 'a'), (2, 102, 1, NULL), (3, 103, 1, ''),"
            + " (4, 104, 3, 'd'), (5, 105, 4, 'e')");
    Random random = new Random(seed);
    List<String> keys = IntStream.rangeClosed(1, 9).mapToObj(String::valueOf).toList();
    for (int history = 0; history < 12; history++) {
      List<String> before = database.rows("SELECT * FROM item ORDER BY id");
      BranchRef branch;
      int changes = 0;
      try (Branch work = database.branch()) {
        for (int i = 0; i < 14; i++) {
          Savepoint savepoint = work.connection.setSavepoint();
          try {
            work.change("item", keys, randomStatements(random));
            changes++;
          } catch (SQLException refused) {
            work.connection.rollback(savepoint);
          }
        }
        branch = work.commit();
      }
      assertThat(changes).as("seed %d.%d", seed, history).isPositive();
      assertThat(rollBack(branch, history % 2 == 0))
          .as("seed %d.%d", seed, history)
          .isEqualTo(new Outcome.Undone());
      assertThat(database.rows("SELECT * FROM item ORDER BY id"))
          .as("seed %d.%d", seed, history)
          .isEqualTo(before);
    }
  }

  private static String[] randomStatements(Random random) {
    int id = 1 + random.nextInt(9);
    int other = 1 + random.nextInt(9);
    String parent = random.nextInt(4) == 0 ? "NULL" : String.valueOf(other);
    return switch (random.nextInt(7)) {
      case 0 -> new String[] {"DELETE FROM item WHERE id = " + id};
      case 1 -> new String[] {"UPDATE item SET parent = " + parent + " WHERE id = " + id};
      case 2 -> new String[] {"UPDATE item SET note = 'n" + other + "' WHERE id < " + id};
      case 3 ->
          new String[] {"UPDATE item SET code = " + (100 + random.nextInt(20)) + " WHERE id=" + id};
      case 4 -> // a batch that swaps unique values
          new String[] {
            "UPDATE item SET code = code + 1000 WHERE id = " + id,
            "UPDATE item SET code = code + 2000 WHERE id = " + other,
            "UPDATE item SET code = " + (100 + random.nextInt(20)) + " WHERE id = " + id,
            "UPDATE item SET code = " + (100 + random.nextInt(20)) + " WHERE id = " + other
          };
      default ->
          new String[] {
            "INSERT INTO item VALUES ("
                + id
                + ", "
                + (100 + random.nextInt(20))
                + ", "
                + parent
                + ", NULL)"
          };
    };
  }

  // ---- repetition, fences, markers ----

  @Test
  void aRepeatedRollbackFindsTheMarkerAndChangesNothing() throws Exception {
    BranchRef branch = updateOfAnn();
    assertThat(rollBack(branch, true)).isInstanceOf(Outcome.Undone.class);
    database.execute("UPDATE account SET balance = 77 WHERE id = 1");
    assertThat(rollBack(branch, true)).isInstanceOf(Outcome.Undone.class);
    assertThat(rollBack(branch, false)).isInstanceOf(Outcome.Undone.class);
    assertThat(database.rows("SELECT balance FROM account WHERE id = 1")).containsExactly("77.00");
    try (Connection connection = database.address.connect()) {
      database.store.deleteMarkers(connection, List.of(branch));
    }
    assertThat(database.rows("SELECT count(*) FROM undo_log")).containsExactly("0");
  }

  @Test
  void aBranchThatNeverArrivedIsFencedAndNeverCanArrive() throws Exception {
    try (Branch late = database.branch()) {
      late.change("account", List.of("1"), "UPDATE account SET balance = 5 WHERE id = 1");
      assertThat(rollBackElsewhere(late.ref, false)).isInstanceOf(Outcome.Fenced.class);
      assertThatThrownBy(late::insertUndo).isInstanceOf(BranchFencedException.class);
    }
    assertThat(database.rows("SELECT state FROM undo_log")).containsExactly("2");
    assertThat(database.rows("SELECT balance FROM account WHERE id = 1")).containsExactly("100.50");
  }

  @Test
  void theFenceWaitsForAnOpenBranchAndUndoesItWhenThatCommits() throws Exception {
    List<String> before = database.rows("SELECT * FROM account ORDER BY id");
    try (Branch slow = database.branch()) {
      slow.change("account", List.of("1"), "UPDATE account SET balance = 5 WHERE id = 1");
      slow.insertUndo();
      CompletableFuture<Outcome> fence = inBackground(slow.ref, Duration.ofSeconds(20));
      await().during(Duration.ofMillis(300)).until(() -> !fence.isDone());
      slow.connection.commit();
      assertThat(fence.get(20, TimeUnit.SECONDS)).isInstanceOf(Outcome.Undone.class);
    }
    assertThat(database.rows("SELECT * FROM account ORDER BY id")).isEqualTo(before);
  }

  @Test
  void theFenceWaitsForAnOpenBranchAndStandsWhenThatRollsBack() throws Exception {
    try (Branch slow = database.branch()) {
      slow.insertUndo();
      CompletableFuture<Outcome> fence = inBackground(slow.ref, Duration.ofSeconds(20));
      await().during(Duration.ofMillis(300)).until(() -> !fence.isDone());
      slow.connection.rollback();
      assertThat(fence.get(20, TimeUnit.SECONDS)).isInstanceOf(Outcome.Fenced.class);
      assertThatThrownBy(slow::insertUndo).isInstanceOf(BranchFencedException.class);
    }
    assertThat(database.rows("SELECT state FROM undo_log")).containsExactly("2");
  }

  @Test
  void aFenceThatWaitsTooLongIsTriedAgainLater() throws Exception {
    try (Branch slow = database.branch()) {
      slow.insertUndo();
      Outcome outcome = rollBackElsewhere(slow.ref, false);
      assertThat(outcome).isInstanceOf(Outcome.Retry.class);
      assertThat(((Outcome.Retry) outcome).detail()).contains("fencing", slow.ref.toString());
    }
  }

  @Test
  void aCommittedBranchWithoutUndoRowIsQuarantined() throws Exception {
    assertQuarantined(database.newBranch(), true, "undo missing");
    assertThat(database.rows("SELECT count(*) FROM undo_log")).containsExactly("0");
  }

  @Test
  void aBranchNotKnownToBeCommittedIsUndoneWhenItsRowIsThere() throws Exception {
    List<String> before = database.rows("SELECT * FROM account ORDER BY id");
    BranchRef branch = updateOfAnn();
    assertThat(rollBack(branch, false)).isInstanceOf(Outcome.Undone.class);
    assertThat(database.rows("SELECT * FROM account ORDER BY id")).isEqualTo(before);
  }

  // ---- obstacles ----

  @Test
  void oneDirtyRowQuarantinesTheBranchWithItsThreeImagesAndNothingIsChanged() throws Exception {
    BranchRef branch;
    try (Branch work = database.branch()) {
      branch =
          work.change(
                  "account", List.of("1", "2"), "UPDATE account SET balance = 5 WHERE id IN (1, 2)")
              .commit();
    }
    database.execute("UPDATE account SET balance = 6 WHERE id = 2");
    List<String> dirty = database.rows("SELECT * FROM account ORDER BY id");
    assertQuarantined(branch, true, "account", "'2'", "'0.00'", "'5.00'", "'6.00'");
    assertThat(database.rows("SELECT * FROM account ORDER BY id")).isEqualTo(dirty);
    assertThat(database.rows("SELECT state FROM undo_log")).containsExactly("0");
  }

  @Test
  void aRowThatSomebodyElseDeletedIsDirty() throws Exception {
    BranchRef branch = updateOfAnn();
    database.execute("DELETE FROM account WHERE id = 1");
    assertQuarantined(branch, true, "now no row");
  }

  @Test
  void aDeletedRowThatSomebodyElseInsertedAgainIsDirty() throws Exception {
    BranchRef branch;
    try (Branch work = database.branch()) {
      branch = work.change("account", List.of("1"), "DELETE FROM account WHERE id = 1").commit();
    }
    database.execute("INSERT INTO account VALUES (1, 'eve', 0)");
    assertQuarantined(branch, true, "after no row", "eve");
  }

  @Test
  void aRowThatIsAlreadyAsWantedIsLeftAloneAndTheRestIsUndone() throws Exception {
    List<String> before = database.rows("SELECT * FROM account ORDER BY id");
    BranchRef branch;
    try (Branch work = database.branch()) {
      branch =
          work.change("account", List.of("1", "2"), "UPDATE account SET balance = 5 WHERE id < 3")
              .change("account", List.of("8"), "INSERT INTO account VALUES (8, 'x', 1)")
              .commit();
    }
    database.execute(
        "UPDATE account SET balance = 100.50 WHERE id = 1", "DELETE FROM account WHERE id = 8");
    assertThat(rollBack(branch, true)).isInstanceOf(Outcome.Undone.class);
    assertThat(database.rows("SELECT * FROM account ORDER BY id")).isEqualTo(before);
  }

  @Test
  void aChildOfSomebodyElseThatRefersToANewRowQuarantinesTheBranch() throws Exception {
    database.execute(
        "CREATE TABLE deposit (id INT PRIMARY KEY, account INT,"
            + " FOREIGN KEY (account) REFERENCES account (id))");
    BranchRef branch;
    try (Branch work = database.branch()) {
      branch =
          work.change("account", List.of("2"), "UPDATE account SET balance = 8 WHERE id = 2")
              .change("account", List.of("4"), "INSERT INTO account VALUES (4, 'new', 7)")
              .commit();
    }
    database.execute("INSERT INTO deposit VALUES (1, 4)");
    List<String> now = database.rows("SELECT * FROM account ORDER BY id");
    assertQuarantined(branch, true, "Nothing was changed");
    assertThat(database.rows("SELECT * FROM account ORDER BY id")).isEqualTo(now);
  }

  @Test
  void aRowLockOfSomebodyElseIsWaitedForShortlyAndNamed() throws Exception {
    BranchRef branch = updateOfAnn();
    try (Connection other = database.address.connect();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.executeUpdate("UPDATE account SET owner = 'busy' WHERE id = 1");
      Outcome outcome = rollBack(branch, true);
      assertThat(outcome).isInstanceOf(Outcome.Retry.class);
      assertThat(((Outcome.Retry) outcome).detail())
          .containsIgnoringCase("account")
          .contains("'1'");
      other.rollback();
    }
    assertThat(rollBack(branch, true)).isInstanceOf(Outcome.Undone.class);
  }

  @Test
  void aDroppedColumnQuarantinesTheBranch() throws Exception {
    BranchRef branch = updateOfAnn();
    database.execute("ALTER TABLE account DROP COLUMN owner");
    assertQuarantined(branch, true, "owner");
  }

  @Test
  void aDamagedPayloadQuarantinesTheBranch() throws Exception {
    BranchRef branch = updateOfAnn();
    List<String> now = database.rows("SELECT * FROM account ORDER BY id");
    try (Connection connection = database.address.connect();
        PreparedStatement damage = connection.prepareStatement("UPDATE undo_log SET payload = ?")) {
      damage.setBytes(1, new byte[] {1, 0, 0, 0, 0, 0, 99});
      damage.executeUpdate();
    }
    assertQuarantined(branch, true, "damaged");
    assertThat(database.rows("SELECT * FROM account ORDER BY id")).isEqualTo(now);
  }

  @Test
  void aMissingChunkQuarantinesTheBranch() throws Exception {
    BranchRef branch = database.newBranch();
    try (Connection connection = database.address.connect()) {
      database.store.insert(connection, branch, UndoStoreContract.noise(400_000));
    }
    database.execute("DELETE FROM undo_log WHERE chunk = 2");
    assertQuarantined(branch, true, "numbered");
    database.execute("DELETE FROM undo_log WHERE chunk > 1");
    assertQuarantined(branch, true, "chunks");
  }

  @Test
  void anUndoRowOfAnotherXidIsNotTouched() throws Exception {
    BranchRef branch = updateOfAnn();
    List<String> now = database.rows("SELECT * FROM account ORDER BY id");
    BranchRef other = new BranchRef(new Xid(UndoFixture.CLUSTER, 5, 4711), branch.branch());
    assertQuarantined(other, true, "belongs to");
    assertQuarantined(other, false, "belongs to");
    assertThat(database.rows("SELECT * FROM account ORDER BY id")).isEqualTo(now);
    assertThat(database.rows("SELECT state FROM undo_log")).containsExactly("0");
  }

  // ---- the session ----

  @Test
  void theSessionIsRestoredWhateverItWasAndHoweverItEnds() throws Exception {
    BranchRef undone = updateOfAnn();
    try (Connection connection = database.address.connect()) {
      for (String setting : unusualSettings()) {
        try (Statement statement = connection.createStatement()) {
          statement.execute(setting);
        }
      }
      connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
      List<String> before = sessionSettings(connection);
      for (BranchRef branch : List.of(undone, undone, database.newBranch())) {
        database.rollback().rollback(connection, branch, true);
        assertThat(connection.getAutoCommit()).isTrue();
        assertThat(connection.getTransactionIsolation())
            .isEqualTo(Connection.TRANSACTION_SERIALIZABLE);
        assertThat(sessionSettings(connection)).isEqualTo(before);
      }
    }
    assertThat(database.rows("SELECT state FROM undo_log")).containsExactly("1");
  }

  /** Statements that give the session other settings than it began with. */
  abstract List<String> unusualSettings();

  /** The settings that a rollback touches, as the server tells them. */
  abstract List<String> sessionSettings(Connection connection) throws SQLException;

  @Test
  void aConnectionWithoutAutocommitStaysSoAndItsOpenWorkIsRolledBackFirst() throws Exception {
    BranchRef branch = updateOfAnn();
    try (Connection connection = database.address.connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.executeUpdate("UPDATE account SET owner = 'open' WHERE id = 3");
      assertThat(database.rollback().rollback(connection, branch, true))
          .isInstanceOf(Outcome.Undone.class);
      assertThat(connection.getAutoCommit()).isFalse();
    }
    assertThat(database.rows("SELECT owner FROM account WHERE id = 3")).containsExactly("null");
  }

  @Test
  void oneSessionUndoesManyBranchesAlsoBehindObstacles() throws Exception {
    List<String> before = database.rows("SELECT * FROM account ORDER BY id");
    BranchRef first = updateOfAnn();
    BranchRef second;
    try (Branch work = database.branch()) {
      second =
          work.change("account", List.of("2"), "UPDATE account SET balance = 8 WHERE id = 2")
              .commit();
    }
    try (Connection connection = database.address.connect();
        BranchRollback.Session session = database.rollback().open(connection)) {
      assertThat(session.rollback(new UndoOrder(database.newBranch(), true)))
          .isInstanceOf(Outcome.Quarantined.class);
      assertThat(session.rollback(new UndoOrder(first, true))).isInstanceOf(Outcome.Undone.class);
      assertThat(session.rollback(new UndoOrder(database.newBranch(), false)))
          .isInstanceOf(Outcome.Fenced.class);
      assertThat(session.rollback(new UndoOrder(second, true))).isInstanceOf(Outcome.Undone.class);
    }
    assertThat(database.rows("SELECT * FROM account ORDER BY id")).isEqualTo(before);
  }

  @Test
  void aLostConnectionIsThrownAndANewOneDoesTheRest() throws Exception {
    BranchRef branch = updateOfAnn();
    try (Connection connection = database.address.connect()) {
      connection.close();
      assertThatThrownBy(() -> database.rollback().rollback(connection, branch, true))
          .isInstanceOf(SQLException.class);
    }
    assertThat(rollBack(branch, true)).isInstanceOf(Outcome.Undone.class);
  }

  // ---- helpers ----

  BranchRef updateOfAnn() throws SQLException {
    try (Branch work = database.branch()) {
      return work.change("account", List.of("1"), "UPDATE account SET balance = 5 WHERE id = 1")
          .commit();
    }
  }

  Outcome rollBack(BranchRef branch, boolean locallyCommitted) throws SQLException {
    try (Connection connection = database.address.connect()) {
      return database.rollback().rollback(connection, branch, locallyCommitted);
    }
  }

  /** On another thread, so that an endless wait is a failure and not a hang. */
  private Outcome rollBackElsewhere(BranchRef branch, boolean locallyCommitted) throws Exception {
    return CompletableFuture.supplyAsync(
            () -> {
              try {
                return rollBack(branch, locallyCommitted);
              } catch (SQLException failure) {
                throw new IllegalStateException(failure);
              }
            })
        .get(30, TimeUnit.SECONDS);
  }

  private CompletableFuture<Outcome> inBackground(BranchRef branch, Duration lockTimeout)
      throws InterruptedException, ExecutionException {
    return CompletableFuture.supplyAsync(
        () -> {
          try (Connection connection = database.address.connect()) {
            return new BranchRollback(database.dialect, database.store, lockTimeout)
                .rollback(connection, branch, false);
          } catch (SQLException failure) {
            throw new IllegalStateException(failure);
          }
        });
  }

  void assertQuarantined(BranchRef branch, boolean locallyCommitted, String... parts)
      throws SQLException {
    Outcome outcome = rollBack(branch, locallyCommitted);
    assertThat(outcome).isInstanceOf(Outcome.Quarantined.class);
    assertThat(((Outcome.Quarantined) outcome).detail()).containsIgnoringCase(parts[0]);
    for (String part : parts) {
      assertThat(((Outcome.Quarantined) outcome).detail()).containsIgnoringCase(part);
    }
  }
}
