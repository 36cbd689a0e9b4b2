package io.attx.datasource.image;

import static io.attx.datasource.image.ImageFixture.PLAIN;
import static io.attx.datasource.image.ImageFixture.WITH_KEYS;
import static io.attx.datasource.image.ImageFixture.locks;
import static io.attx.datasource.image.ImageFixture.text;
import static io.attx.datasource.image.ImageFixture.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.attx.databases.DatabaseAddress;
import io.attx.databases.DatabaseKind;
import io.attx.databases.SharedServers;
import io.attx.datasource.metadata.TableNotSupportedException;
import io.attx.undolog.UndoEntry;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every database promises of images, counts, keys and locks. */
abstract class ImagedStatementsContract {
  private final DatabaseKind kind;
  ImageFixture db;

  ImagedStatementsContract(DatabaseKind kind) {
    this.kind = kind;
  }

  /** The driver and its properties under test. */
  DatabaseAddress withDriver(DatabaseAddress address) {
    return address;
  }

  /** The type of a key that the database generates. */
  abstract String generatedKey();

  /** Whether the driver gives the count of each item of a batch. */
  boolean provesBatches() {
    return true;
  }

  @BeforeEach
  void freshDatabase() throws SQLException {
    db = new ImageFixture(withDriver(SharedServers.freshDatabase(kind)), new ImageLimits(2_000, 8));
    db.execute(
        "CREATE TABLE account (id INT PRIMARY KEY, owner VARCHAR(40), balance DECIMAL(12,2))",
        "INSERT INTO account VALUES (1, 'ann', 100.50), (2, 'bob', 0), (3, NULL, NULL)",
        "CREATE TABLE line (doc INT, pos INT, note VARCHAR(20), PRIMARY KEY (doc, pos))",
        "INSERT INTO line VALUES (1, 1, 'a'), (1, 2, 'b'), (2, 1, 'c')",
        "CREATE TABLE item (id " + generatedKey() + ", name VARCHAR(40) UNIQUE, qty INT)");
  }

  @AfterEach
  void close() throws SQLException {
    db.close();
  }

  // ---- update ----

  @Test
  void anUpdateByKeyGivesBothImagesOfTheChangedColumns() throws SQLException {
    StatementOutcome outcome =
        db.run("UPDATE account SET balance = balance - ? WHERE id = ?", 10, 1);

    assertThat(outcome.updateCounts()).containsExactly(1);
    UndoEntry entry = outcome.entries().get(0);
    assertThat(entry.kind()).isEqualTo(UndoEntry.Kind.UPDATE);
    assertThat(values(entry, entry.before().get(0)))
        .containsExactlyInAnyOrderEntriesOf(Map.of("id", "1", "balance", "100.50"));
    assertThat(values(entry, entry.after().get(0)))
        .containsExactlyInAnyOrderEntriesOf(Map.of("id", "1", "balance", "90.50"));
    assertThat(locks(outcome)).containsExactly("UPDATE account[1]");
    assertThat(db.rows("SELECT balance FROM account WHERE id = 1")).containsExactly("90.50");
  }

  @Test
  void anUpdateByRangeImagesEachRowAndLocksUnchangedOnes() throws SQLException {
    StatementOutcome outcome =
        db.run("UPDATE account SET owner = 'bob' WHERE id IN (1, 2, 3) AND id <> ?", 3);

    assertThat(outcome.updateCounts()[0]).isIn(2L, 1L);
    assertThat(outcome.entries()).hasSize(1);
    assertThat(outcome.entries().get(0).before()).hasSize(1);
    assertThat(locks(outcome)).containsExactly("UPDATE account[1]", "UPDATE account[2]");
  }

  @Test
  void nullIsAValueLikeOthers() throws SQLException {
    StatementOutcome outcome = db.run("UPDATE account SET owner = NULL WHERE owner = 'ann'");
    UndoEntry entry = outcome.entries().get(0);
    assertThat(values(entry, entry.before().get(0))).containsEntry("owner", "ann");
    assertThat(values(entry, entry.after().get(0))).containsEntry("owner", null);
  }

  @Test
  void anUpdateOfNoRowChangesAndLocksNothing() throws SQLException {
    for (String condition : List.of("id = 99", "owner = 'nobody'")) {
      StatementOutcome outcome = db.run("UPDATE account SET balance = 1 WHERE " + condition);
      assertThat(outcome.updateCounts()).containsExactly(0);
      assertThat(outcome.entries()).isEmpty();
      assertThat(outcome.locks()).isEmpty();
    }
  }

  @Test
  void anUpdateOfMoreRowsThanAChunkImagesAll() throws SQLException {
    db.execute("CREATE TABLE many (id INT PRIMARY KEY, n INT)");
    for (int i = 0; i < 37; i++) {
      db.execute("INSERT INTO many VALUES (" + i + ", " + i + ")");
    }
    StatementOutcome outcome = db.run("UPDATE many SET n = n + ? WHERE n >= ?", 1000, 2);

    assertThat(outcome.updateCounts()).containsExactly(35);
    assertThat(outcome.entries().get(0).before()).hasSize(35);
    assertThat(outcome.locks()).hasSize(35);
    assertThat(db.rows("SELECT COUNT(*) FROM many WHERE n >= 1002")).containsExactly("35");
  }

  @Test
  void aliasesAndCompositeKeysWork() throws SQLException {
    StatementOutcome byKey =
        db.run("UPDATE line x SET note = ? WHERE x.pos = ? AND x.doc = ?", "z", 2, 1);
    assertThat(byKey.updateCounts()).containsExactly(1);
    assertThat(locks(byKey)).containsExactly("UPDATE line[1, 2]");

    StatementOutcome several = db.run("UPDATE line SET note = 'y' WHERE doc = 1");
    assertThat(several.updateCounts()).containsExactly(2);
    assertThat(locks(several)).containsExactly("UPDATE line[1, 1]", "UPDATE line[1, 2]");
    assertThat(db.rows("SELECT note FROM line WHERE doc = 1")).containsExactly("y", "y");
  }

  @Test
  void moreRowsThanTheLimitAreRefused() throws SQLException {
    ImageFixture small = new ImageFixture(db.address, new ImageLimits(2, 2));
    try (small) {
      assertThatThrownBy(() -> small.run("UPDATE account SET balance = 1"))
          .isInstanceOf(StatementRefusedException.class)
          .hasMessageContainingAll("3 imaged rows", "maxBranchRows of 2");
      assertThat(small.rows("SELECT 1 FROM account WHERE balance = 1")).isEmpty();
    }
  }

  @Test
  void aUniqueValueThatIsTakenAndGivenUpIsLockedExclusively() throws SQLException {
    db.execute("INSERT INTO item (name, qty) VALUES ('old', 1)");
    StatementOutcome outcome = db.run("UPDATE item SET name = 'new' WHERE name = 'old'");
    assertThat(outcome.locks()).hasSize(3);
    assertThat(locks(outcome).stream().filter(lock -> lock.startsWith("EXCLUSIVE"))).hasSize(2);

    StatementOutcome other = db.run("UPDATE item SET qty = 5 WHERE name = 'new'");
    assertThat(other.locks()).hasSize(1);
  }

  // ---- delete ----

  @Test
  void aDeleteKeepsAllColumnsAsBeforeImage() throws SQLException {
    StatementOutcome outcome = db.run("DELETE FROM account WHERE balance >= ?", 0);

    assertThat(outcome.updateCounts()).containsExactly(2);
    UndoEntry entry = outcome.entries().get(0);
    assertThat(entry.kind()).isEqualTo(UndoEntry.Kind.DELETE);
    assertThat(entry.after()).isEmpty();
    assertThat(entry.before().stream().map(row -> values(entry, row)))
        .containsExactlyInAnyOrder(
            Map.of("id", "1", "owner", "ann", "balance", "100.50"),
            Map.of("id", "2", "owner", "bob", "balance", "0.00"));
    assertThat(locks(outcome)).containsExactly("EXCLUSIVE account[1]", "EXCLUSIVE account[2]");
    assertThat(db.rows("SELECT id FROM account")).containsExactly("3");
  }

  @Test
  void aDeleteSeesAColumnThatWasAddedWhileTheApplicationRan() throws SQLException {
    db.run("DELETE FROM account WHERE id = 1");
    db.connection.rollback();
    try (Connection other = db.address.connect();
        Statement ddl = other.createStatement()) {
      ddl.execute("ALTER TABLE account ADD COLUMN note VARCHAR(10)");
      ddl.execute("UPDATE account SET note = 'kept'");
    }
    assertThatThrownBy(() -> db.run("DELETE FROM account WHERE id = 1"))
        .isInstanceOf(SQLException.class);
    db.connection.rollback();

    StatementOutcome outcome = db.run("DELETE FROM account WHERE id = 1");
    UndoEntry entry = outcome.entries().get(0);
    assertThat(values(entry, entry.before().get(0))).containsEntry("note", "kept");
  }

  // ---- insert ----

  @Test
  void anInsertWithGivenKeysImagesTheWholeNewRows() throws SQLException {
    StatementOutcome outcome =
        db.run("INSERT INTO account (id, owner) VALUES (?, 'x'), (11, ?)", 10, "y");

    assertThat(outcome.updateCounts()).containsExactly(2);
    UndoEntry entry = outcome.entries().get(0);
    assertThat(entry.kind()).isEqualTo(UndoEntry.Kind.INSERT);
    assertThat(entry.before()).isEmpty();
    assertThat(entry.after()).hasSize(2);
    assertThat(values(entry, entry.after().get(0)))
        .containsOnlyKeys("id", "owner", "balance")
        .containsEntry("balance", null);
    assertThat(locks(outcome)).containsExactly("EXCLUSIVE account[10]", "EXCLUSIVE account[11]");
  }

  @Test
  void anInsertWithAGeneratedKeyImagesTheRowAndServesTheKey() throws SQLException {
    StatementOutcome outcome =
        db.run(WITH_KEYS, "INSERT INTO item (name, qty) VALUES (?, ?)", "n", 3);

    assertThat(outcome.updateCounts()).containsExactly(1);
    long id = generatedKeys(outcome).get(0);
    UndoEntry entry = outcome.entries().get(0);
    assertThat(values(entry, entry.after().get(0)))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("id", Long.toString(id), "name", "n", "qty", "3"));
    assertThat(locks(outcome).stream().filter(lock -> lock.startsWith("EXCLUSIVE"))).hasSize(2);
    assertThat(db.rows("SELECT name FROM item WHERE id = " + id)).containsExactly("n");
  }

  @Test
  void aGeneratedKeyThatNobodyAskedForIsImagedToo() throws SQLException {
    StatementOutcome outcome = db.run("INSERT INTO item (name, qty) VALUES ('n', 3)");
    UndoEntry entry = outcome.entries().get(0);
    assertThat(List.of(values(entry, entry.after().get(0)).get("id")))
        .isEqualTo(db.rows("SELECT id FROM item"));
  }

  @Test
  void aFailedInsertIsTheDriversOwnErrorAndLeavesTheRowsAlone() throws SQLException {
    assertThatThrownBy(() -> db.run("INSERT INTO account VALUES (1, 'dup', 0)"))
        .isInstanceOf(SQLException.class)
        .isNotInstanceOf(UnprotectedChangeException.class)
        .satisfies(failure -> assertThat(((SQLException) failure).getSQLState()).startsWith("23"));
  }

  List<Long> generatedKeys(StatementOutcome outcome) throws SQLException {
    List<Long> keys = new ArrayList<>();
    try (ResultSet rows =
        outcome.generatedKeys() != null
            ? outcome.generatedKeys()
            : outcome.executed().getGeneratedKeys()) {
      while (rows.next()) {
        keys.add(rows.getLong(1));
      }
    }
    return keys;
  }

  // ---- locking select ----

  @Test
  void aLockingSelectGivesItsRowsAndTheirLocks() throws SQLException {
    StatementOutcome outcome =
        db.run("SELECT owner, ? FROM account WHERE id < ? ORDER BY id FOR UPDATE", "c", 3);
    List<String> owners = new ArrayList<>();
    try (ResultSet rows = outcome.resultSet()) {
      while (rows.next()) {
        owners.add(rows.getString(1));
      }
    }
    assertThat(owners).containsExactly("ann", "bob");
    assertThat(outcome.entries()).isEmpty();
    assertThat(locks(outcome)).containsExactly("UPDATE account[1]", "UPDATE account[2]");
    outcome.executed().close();
  }

  @Test
  void aLockingSelectOfNothingGivesAnEmptyResult() throws SQLException {
    StatementOutcome outcome = db.run("SELECT * FROM account WHERE owner = 'x' FOR UPDATE");
    try (ResultSet rows = outcome.resultSet()) {
      assertThat(rows.next()).isFalse();
      assertThat(rows.getMetaData().getColumnCount()).isEqualTo(3);
    }
    assertThat(outcome.locks()).isEmpty();
    outcome.executed().close();
  }

  // ---- batches ----

  @Test
  void aBatchByKeyHasOneEntryWithAllRows() throws SQLException {
    StatementOutcome outcome =
        db.batch(
            PLAIN,
            "UPDATE account SET balance = ? WHERE id = ?",
            new Object[] {5, 1},
            new Object[] {6, 2},
            new Object[] {7, 99});

    assertThat(outcome.updateCounts()).containsExactly(1, 1, 0);
    assertThat(outcome.entries()).hasSize(provesBatches() ? 1 : 2);
    assertThat(outcome.entries().stream().mapToInt(entry -> entry.before().size()).sum())
        .isEqualTo(2);
    assertThat(locks(outcome)).containsExactly("UPDATE account[1]", "UPDATE account[2]");
    assertThat(db.rows("SELECT balance FROM account WHERE id < 3 ORDER BY id"))
        .containsExactly("5.00", "6.00");
  }

  @Test
  void aBatchThatNamesARowTwiceKeepsItsFirstBeforeImage() throws SQLException {
    StatementOutcome outcome =
        db.batch(
            PLAIN,
            "UPDATE account SET balance = ? WHERE id = ?",
            new Object[] {5, 1},
            new Object[] {6, 1});

    assertThat(outcome.updateCounts()).containsExactly(1, 1);
    UndoEntry first = outcome.entries().get(0);
    UndoEntry last = outcome.entries().get(outcome.entries().size() - 1);
    assertThat(values(first, first.before().get(0))).containsEntry("balance", "100.50");
    assertThat(values(last, last.after().get(last.after().size() - 1)))
        .containsEntry("balance", "6.00");
  }

  @Test
  void aBatchOfInsertsAndOneOfDeletesAreImaged() throws SQLException {
    Object[][] items =
        IntStream.range(100, 120).mapToObj(i -> new Object[] {i, "o" + i}).toArray(Object[][]::new);
    StatementOutcome inserts =
        db.batch(PLAIN, "INSERT INTO account (id, owner) VALUES (?, ?)", items);
    assertThat(inserts.updateCounts()).hasSize(20);
    assertThat(inserts.entries()).hasSize(1);
    assertThat(inserts.entries().get(0).after()).hasSize(20);

    Object[][] keys =
        IntStream.range(100, 120).mapToObj(i -> new Object[] {i}).toArray(Object[][]::new);
    StatementOutcome deletes = db.batch(PLAIN, "DELETE FROM account WHERE id = ?", keys);
    assertThat(deletes.entries().get(0).before()).hasSize(20);
    assertThat(db.rows("SELECT COUNT(*) FROM account")).containsExactly("3");
  }

  @Test
  void aBatchOfInsertsServesAllGeneratedKeys() throws SQLException {
    StatementOutcome outcome =
        db.batch(
            WITH_KEYS,
            "INSERT INTO item (name, qty) VALUES (?, 1)",
            new Object[] {"a"},
            new Object[] {"b"},
            new Object[] {"c"});
    List<Long> keys = generatedKeys(outcome);
    assertThat(keys).hasSize(3);
    assertThat(outcome.entries().stream().mapToInt(entry -> entry.after().size()).sum())
        .isEqualTo(3);
    for (int i = 0; i < 3; i++) {
      assertThat(db.rows("SELECT name FROM item WHERE id = " + keys.get(i)))
          .containsExactly(List.of("a", "b", "c").get(i));
    }
  }

  @Test
  void aFailedBatchLeavesNothingUnprotected() throws SQLException {
    SQLException failure =
        catchThrowableOfType(
            SQLException.class,
            () ->
                db.batch(
                    PLAIN,
                    "INSERT INTO account (id, owner) VALUES (?, ?)",
                    new Object[] {50, "ok"},
                    new Object[] {1, "dup"}));
    if (db.dialect.images().support().failureEndsTransaction()) {
      assertThat((Throwable) failure).isInstanceOf(BatchUpdateException.class);
      db.connection.rollback();
    }
    List<String> imaged =
        failure instanceof PartialBatchException partial
            ? partial.outcome().entries().stream()
                .flatMap(entry -> entry.after().stream())
                .map(image -> text(image.values().get(0)))
                .toList()
            : List.of();
    assertThat(db.rows("SELECT id FROM account WHERE id = 50")).containsExactlyElementsOf(imaged);
  }

  @Test
  void aBatchOfAnotherShapeRunsItemByItem() throws SQLException {
    StatementOutcome outcome =
        db.batch(
            PLAIN,
            "UPDATE account SET balance = ? WHERE owner = ?",
            new Object[] {5, "ann"},
            new Object[] {6, "bob"});
    assertThat(outcome.updateCounts()).containsExactly(1, 1);
    assertThat(outcome.locks()).hasSize(2);
  }

  @Test
  void aBatchThatIsRefusedHalfWayIsTakenBackOrCanOnlyRollBack() throws SQLException {
    try (ImageFixture small = new ImageFixture(db.address, new ImageLimits(1, 2))) {
      assertThatThrownBy(
              () ->
                  small.batch(
                      PLAIN,
                      "UPDATE account SET balance = ? WHERE owner = ?",
                      new Object[] {5, "ann"},
                      new Object[] {6, "bob"}))
          .isInstanceOf(
              db.dialect.images().support().failureEndsTransaction()
                  ? UnprotectedChangeException.class
                  : StatementRefusedException.class);
      if (!db.dialect.images().support().failureEndsTransaction()) {
        assertThat(small.rows("SELECT balance FROM account WHERE id = 1"))
            .containsExactly("100.50");
      }
    }
  }

  @Test
  void rowsWithCompositeKeysAreFoundAgainAfterTheirInsert() throws SQLException {
    StatementOutcome outcome =
        db.run("INSERT INTO line (pos, note, doc) VALUES (?, 'n', 7), (2, ?, ?)", 1, "m", 7);
    assertThat(outcome.entries().get(0).after()).hasSize(2);
    assertThat(locks(outcome)).containsExactly("EXCLUSIVE line[7, 1]", "EXCLUSIVE line[7, 2]");
    StatementOutcome batch =
        db.batch(
            PLAIN,
            "INSERT INTO line (doc, pos) VALUES (?, ?)",
            new Object[] {8, 1},
            new Object[] {8, 2});
    assertThat(locks(batch)).containsExactly("EXCLUSIVE line[8, 1]", "EXCLUSIVE line[8, 2]");
    StatementOutcome gone =
        db.batch(
            PLAIN,
            "DELETE FROM line WHERE doc = ? AND pos = ?",
            new Object[] {8, 1},
            new Object[] {8, 2});
    assertThat(gone.updateCounts()).containsExactly(1, 1);
    assertThat(gone.entries().get(0).before()).hasSize(2);
  }

  // ---- parents ----

  @Test
  void aChildLocksTheParentItRefersToByTheParentsOwnKey() throws SQLException {
    db.execute(
        "CREATE TABLE child (id INT PRIMARY KEY, parent INT, n INT,"
            + " FOREIGN KEY (parent) REFERENCES account (id))");
    StatementOutcome insert = db.run("INSERT INTO child VALUES (1, 2, 0)");
    assertThat(locks(insert)).containsExactly("EXCLUSIVE child[1]", "KEY_SHARE account[2]");

    StatementOutcome move = db.run("UPDATE child SET parent = 1 WHERE id = 1");
    assertThat(locks(move))
        .containsExactly("KEY_SHARE account[1]", "KEY_SHARE account[2]", "UPDATE child[1]");

    assertThat(locks(db.run("UPDATE child SET n = 1 WHERE id = 1")))
        .containsExactly("UPDATE child[1]");
    assertThat(locks(db.run("UPDATE account SET balance = 7 WHERE id = 2")))
        .containsExactly("UPDATE account[2]");
  }

  // ---- tables that cannot take part ----

  @Test
  void aTableWithoutAKeyIsRefusedWithARemedy() throws SQLException {
    db.execute("CREATE TABLE keyless (a INT)");
    assertThatThrownBy(() -> db.run("DELETE FROM keyless"))
        .isInstanceOf(TableNotSupportedException.class)
        .hasMessageContaining("add a primary key");
  }

  @Test
  void aUniqueIndexOverNotNullColumnsServesAsKey() throws SQLException {
    db.execute("CREATE TABLE coded (code VARCHAR(10) NOT NULL UNIQUE, n INT)");
    db.execute("INSERT INTO coded VALUES ('a', 1)");
    StatementOutcome outcome = db.run("UPDATE coded SET n = 2 WHERE code = 'a'");
    assertThat(outcome.updateCounts()).containsExactly(1);
    assertThat(outcome.locks()).hasSize(1);
  }

  @Test
  void aViewAndAMissingTableAreRefused() throws SQLException {
    db.execute("CREATE VIEW rich AS SELECT * FROM account WHERE balance > 50");
    assertThatThrownBy(() -> db.run("UPDATE rich SET balance = 0"))
        .isInstanceOf(TableNotSupportedException.class);
    assertThatThrownBy(() -> db.run("UPDATE nothing_here SET a = 0"))
        .isInstanceOf(TableNotSupportedException.class);
  }

  // ---- concurrency ----

  @Test
  void theAfterImageIsWhatTheStatementWroteOverOthersCommittedChange() throws SQLException {
    assertThat(db.rows("SELECT COUNT(*) FROM account")).containsExactly("3");
    try (Connection other = db.address.connect();
        Statement change = other.createStatement()) {
      change.executeUpdate("UPDATE account SET balance = 77 WHERE id = 1");
    }
    StatementOutcome outcome =
        db.run(
            "UPDATE account SET balance = CASE WHEN id = 2 THEN 5 ELSE balance END WHERE id < 3");
    UndoEntry entry = outcome.entries().get(0);
    assertThat(entry.before()).hasSize(1);
    assertThat(values(entry, entry.before().get(0))).containsEntry("id", "2");
    assertThat(locks(outcome)).containsExactly("UPDATE account[1]", "UPDATE account[2]");

    StatementOutcome next = db.run("UPDATE account SET balance = balance + 1 WHERE id = 1");
    UndoEntry added = next.entries().get(0);
    assertThat(values(added, added.before().get(0))).containsEntry("balance", "77.00");
    assertThat(values(added, added.after().get(0))).containsEntry("balance", "78.00");
  }
}
