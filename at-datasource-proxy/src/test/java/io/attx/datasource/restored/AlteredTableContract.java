package io.attx.datasource.restored;

import static org.assertj.core.api.Assertions.assertThat;

import io.attx.Xid;
import io.attx.databases.DatabaseKind;
import io.attx.databases.SharedServers;
import io.attx.datasource.image.TableChangedException;
import io.attx.datasource.image.UnprotectedChangeException;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A table is altered while the application runs and knows it as it was: the next statement notices,
 * at the latest before it can be committed, the one after that knows the new table, and what is
 * rolled back is exact in every column.
 */
abstract class AlteredTableContract {
  private static final List<String> STATEMENTS =
      List.of(
          "UPDATE t SET n = 7 WHERE id = 1",
          "UPDATE t SET n = 7",
          "DELETE FROM t WHERE id < 3",
          "INSERT INTO t (id, n) VALUES (9, 1)",
          "UPDATE t SET id = 8 WHERE id = 2");

  private static final String TABLE = "\\bt\\b";

  private final DatabaseKind kind;
  private int tables;

  /** What PostgreSQL says of an image query; its transaction is over then. */
  private static final String UNKNOWN_COLUMN = "42703";

  private Lab lab;

  AlteredTableContract(DatabaseKind kind) {
    this.kind = kind;
  }

  @BeforeEach
  void open() throws SQLException {
    lab = new Lab(SharedServers.freshDatabase(kind), options -> options);
  }

  @AfterEach
  void close() throws SQLException {
    lab.close();
  }

  /** For each statement alone: the application learns the table, it is altered, it goes on. */
  private void survives(String columns, String dump, String... alter) throws SQLException {
    for (String statement : STATEMENTS) {
      // Each on a table of its own name, so that what was learned of the last does not count.
      String name = "t" + tables++;
      String sql = statement.replaceAll(TABLE, name);
      lab.execute(
          "CREATE TABLE " + name + " (id INT PRIMARY KEY, n INT, " + columns + ")",
          "INSERT INTO " + name + " (id, n) VALUES (1, 10), (2, 20), (3, 30)");
      runAndRollBack(sql, "before it is altered");
      for (String text : alter) {
        lab.execute(text.replaceAll(TABLE, name));
      }
      TableRestored before =
          TableRestored.remember(
              lab.plain(), List.of(new TableRestored.Dump(name, dump.replaceAll(TABLE, name))));
      int failures = 0;
      while (!runAndRollBack(sql, "after it is altered")) {
        assertThat(++failures).as("failures of %s", sql).isLessThan(2);
        assertThat(before.violation(lab.plain())).as(sql).isEmpty();
      }
      assertThat(before.violation(lab.plain())).as(sql).isEmpty();
    }
  }

  /** Returns false when the change of the table was noticed. */
  private boolean runAndRollBack(String sql, String when) throws SQLException {
    Xid xid = lab.begin();
    try {
      lab.within(
          xid,
          connection -> {
            try (Statement statement = connection.createStatement()) {
              assertThat(statement.executeUpdate(sql)).as("%s %s", sql, when).isPositive();
            }
          });
      return true;
    } catch (SQLException noticed) {
      boolean ours =
          noticed instanceof TableChangedException || noticed instanceof UnprotectedChangeException;
      assertThat(ours || UNKNOWN_COLUMN.equals(noticed.getSQLState())).as("%s", noticed).isTrue();
      assertThat(noticed.getMessage()).containsIgnoringCase("column");
      return false;
    } finally {
      lab.rollback(xid);
    }
  }

  @Test
  void aColumnThatIsAddedIsRestoredToo() throws SQLException {
    survives(
        "s VARCHAR(20)",
        "SELECT id, n, s, added FROM t",
        "ALTER TABLE t ADD COLUMN added VARCHAR(20)",
        "UPDATE t SET added = 'precious'");
  }

  @Test
  void aColumnThatTheDatabaseChangesByItselfIsRestoredToo() throws SQLException {
    boolean family = kind == DatabaseKind.MYSQL || kind == DatabaseKind.MARIADB;
    String added =
        family
            ? "DATETIME(6) DEFAULT '2001-01-01' ON UPDATE CURRENT_TIMESTAMP(6)"
            : kind == DatabaseKind.H2
                ? "TIMESTAMP(6) DEFAULT TIMESTAMP '2001-01-01 00:00:00' ON UPDATE LOCALTIMESTAMP(6)"
                : "INT GENERATED ALWAYS AS (n * 2) STORED";
    survives(
        "s VARCHAR(20)",
        "SELECT id, n, s, added FROM t",
        "ALTER TABLE t ADD COLUMN added " + added);
  }

  @Test
  void aColumnOfAnotherTypeIsRestoredExactly() throws SQLException {
    String alter =
        switch (kind) {
          case MYSQL, MARIADB -> "ALTER TABLE t MODIFY COLUMN n DECIMAL(30, 10)";
          case H2 -> "ALTER TABLE t ALTER COLUMN n SET DATA TYPE NUMERIC(30, 10)";
          case POSTGRESQL -> "ALTER TABLE t ALTER COLUMN n TYPE NUMERIC(30, 10)";
        };
    survives("s VARCHAR(20)", "SELECT id, n, s FROM t", alter, "UPDATE t SET n = n + 0.0000000001");
  }

  @Test
  void aWiderColumnIsRestoredExactly() throws SQLException {
    String alter =
        switch (kind) {
          case MYSQL, MARIADB ->
              "ALTER TABLE t MODIFY COLUMN s VARCHAR(200), MODIFY COLUMN d DECIMAL(20, 8)";
          case H2 -> "ALTER TABLE t ALTER COLUMN d SET DATA TYPE NUMERIC(20, 8)";
          case POSTGRESQL ->
              "ALTER TABLE t ALTER COLUMN s TYPE VARCHAR(200), ALTER COLUMN d TYPE NUMERIC(20, 8)";
        };
    survives(
        "s VARCHAR(20), d DECIMAL(10, 2)",
        "SELECT id, n, s, d FROM t",
        alter,
        "UPDATE t SET d = 1.12345678, s = 'longer'");
  }

  @Test
  void aColumnThatIsGoneIsMissedByNobody() throws SQLException {
    survives("s VARCHAR(20)", "SELECT id, n FROM t", "ALTER TABLE t DROP COLUMN s");
  }

  @Test
  void anotherTableInThePlaceOfTheOldOneIsRestored() throws SQLException {
    survives(
        "s VARCHAR(20)",
        "SELECT id, n, other FROM t",
        "DROP TABLE t",
        "CREATE TABLE t (id INT PRIMARY KEY, other VARCHAR(9) DEFAULT 'o', n INT)",
        "INSERT INTO t (id, n) VALUES (1, 10), (2, 20), (3, 30)");
  }
}
