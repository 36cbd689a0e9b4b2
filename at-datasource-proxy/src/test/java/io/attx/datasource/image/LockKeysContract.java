package io.attx.datasource.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.attx.RowLockKey;
import io.attx.databases.DatabaseAddress;
import io.attx.databases.DatabaseKind;
import io.attx.databases.SharedServers;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Two keys that the database holds to be equal are one lock, however their bytes differ. */
abstract class LockKeysContract {
  private final DatabaseKind kind;
  ImageFixture db;

  LockKeysContract(DatabaseKind kind) {
    this.kind = kind;
  }

  DatabaseAddress withDriver(DatabaseAddress address) {
    return address;
  }

  /**
   * Two literals of a type.
   *
   * @param equal whether the database takes them for one key
   * @param fine whether different keys get different locks (a coarse lock is allowed otherwise)
   */
  record Pair(String definition, String one, String other, boolean equal, boolean fine) {
    @Override
    public String toString() {
      return definition + ": " + one + (equal ? " = " : " <> ") + other;
    }
  }

  static Pair equal(String definition, String one, String other) {
    return new Pair(definition, one, other, true, true);
  }

  static Pair different(String definition, String one, String other) {
    return new Pair(definition, one, other, false, true);
  }

  abstract Stream<Pair> pairs();

  List<String> preparation() {
    return List.of();
  }

  @BeforeEach
  void freshDatabase() throws SQLException {
    db = new ImageFixture(withDriver(SharedServers.freshDatabase(kind)), new ImageLimits(100, 10));
    db.execute(preparation().toArray(String[]::new));
  }

  @AfterEach
  void close() throws SQLException {
    db.close();
  }

  @TestFactory
  Stream<DynamicTest> theLockIsThatOfTheValueAsTheDatabaseComparesIt() {
    List<Pair> pairs = pairs().toList();
    return IntStream.range(0, pairs.size())
        .mapToObj(
            i ->
                DynamicTest.dynamicTest(
                    pairs.get(i).toString(), () -> check(pairs.get(i), "p" + i)));
  }

  private void check(Pair pair, String table) throws SQLException {
    db.execute(
        "CREATE TABLE " + table + " (v " + pair.definition + " NOT NULL PRIMARY KEY, n INT)");
    RowLockKey one = insertedAndDeleted(table, pair.one);
    RowLockKey other = insertedAndDeleted(table, pair.other);
    db.execute("INSERT INTO " + table + " (v) VALUES (" + pair.one + ")");
    assertThat(db.rows("SELECT COUNT(*) FROM " + table + " WHERE v = " + pair.other))
        .as("what the database says")
        .containsExactly(pair.equal ? "1" : "0");

    if (pair.equal) {
      assertThat(other).isEqualTo(one);
    } else if (pair.fine) {
      assertThat(other).isNotEqualTo(one);
    }
  }

  private RowLockKey insertedAndDeleted(String table, String literal) throws SQLException {
    db.execute("INSERT INTO " + table + " (v) VALUES (" + literal + ")");
    StatementOutcome deleted = db.run("DELETE FROM " + table);
    db.connection.commit();
    assertThat(deleted.locks()).hasSize(1);
    return ImageFixture.keys(deleted).get(0);
  }
}
