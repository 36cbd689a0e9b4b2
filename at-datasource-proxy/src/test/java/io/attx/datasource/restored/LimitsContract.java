package io.attx.datasource.restored;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attx.Xid;
import io.attx.databases.DatabaseKind;
import io.attx.databases.SharedServers;
import io.attx.datasource.image.StatementRefusedException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A statement that would image more than the limits allow is refused with both numbers and has
 * changed nothing; the local transaction goes on.
 */
abstract class LimitsContract {
  private static final int ROWS = 150;
  private static final List<TableRestored.Dump> DUMP =
      List.of(new TableRestored.Dump("t", "SELECT id, n, s FROM t"));

  private final DatabaseKind kind;
  private Lab lab;

  LimitsContract(DatabaseKind kind) {
    this.kind = kind;
  }

  @BeforeEach
  void open() throws SQLException {
    lab =
        new Lab(
            SharedServers.freshDatabase(kind),
            options -> options.maxBranchRows(100).maxBranchBytes(40_000));
    lab.execute("CREATE TABLE t (id INT PRIMARY KEY, n INT, s VARCHAR(1000))");
    try (PreparedStatement insert =
        lab.plain().prepareStatement("INSERT INTO t VALUES (?, ?, 'x')")) {
      for (int i = 1; i <= ROWS; i++) {
        insert.setInt(1, i);
        insert.setInt(2, i);
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  @AfterEach
  void close() throws SQLException {
    lab.close();
  }

  private static int update(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return statement.executeUpdate(sql);
    }
  }

  private static void refused(Connection connection, String sql, String... numbers) {
    assertThatThrownBy(() -> update(connection, sql))
        .as(sql)
        .isInstanceOf(StatementRefusedException.class)
        .hasMessageContainingAll(numbers);
  }

  @Test
  void tooManyRowsAreRefusedAndTheTransactionGoesOn() throws SQLException {
    TableRestored before = TableRestored.remember(lab.plain(), DUMP);
    Xid xid = lab.begin();
    lab.within(
        xid,
        connection -> {
          connection.setAutoCommit(false);
          for (String sql :
              List.of(
                  "UPDATE t SET n = n + 1",
                  "DELETE FROM t",
                  "DELETE FROM t WHERE n > 20",
                  "INSERT INTO t (id, n) VALUES " + values(1_000, 101))) {
            refused(connection, sql, "101", "maxBranchRows of 100");
          }
          assertThat(update(connection, "UPDATE t SET n = n + 1 WHERE id <= 60")).isEqualTo(60);
          refused(connection, "DELETE FROM t WHERE id > 80", "101", "maxBranchRows of 100");
          refused(connection, "INSERT INTO t (id, n) VALUES " + values(1_000, 41), "101");
          assertThat(update(connection, "DELETE FROM t WHERE id > 120")).isEqualTo(30);
          connection.commit();
        });
    lab.rollback(xid);
    assertThat(before.violation(lab.plain())).isEmpty();
  }

  private static String values(int from, int many) {
    StringBuilder values = new StringBuilder();
    for (int i = 0; i < many; i++) {
      values.append(i == 0 ? "(" : ", (").append(from + i).append(", 0)");
    }
    return values.toString();
  }

  @Test
  void tooManyBytesAreRefusedAndTheTransactionGoesOn() throws SQLException {
    String text = String.join("", Collections.nCopies(1_000, "y"));
    lab.execute("UPDATE t SET s = '" + text + "'");
    TableRestored before = TableRestored.remember(lab.plain(), DUMP);
    Xid xid = lab.begin();
    lab.within(
        xid,
        connection -> {
          connection.setAutoCommit(false);
          refused(connection, "DELETE FROM t WHERE id <= 50", "maxBranchBytes of 40000");
          refused(connection, "UPDATE t SET s = 'z' WHERE id < 90", "maxBranchBytes of 40000");
          assertThat(update(connection, "DELETE FROM t WHERE id <= 15")).isEqualTo(15);
          refused(connection, "DELETE FROM t WHERE id <= 50", "maxBranchBytes of 40000");
          assertThat(update(connection, "DELETE FROM t WHERE id <= 30")).isEqualTo(15);
          connection.commit();
        });
    lab.rollback(xid);
    assertThat(before.violation(lab.plain())).isEmpty();
  }

  @Test
  void aBatchBeyondTheLimitIsRefusedAsAWhole() throws SQLException {
    TableRestored before = TableRestored.remember(lab.plain(), DUMP);
    lab.within(
        lab.begin(),
        connection -> {
          connection.setAutoCommit(false);
          try (PreparedStatement insert =
              connection.prepareStatement("INSERT INTO t (id, n) VALUES (?, ?)")) {
            for (int i = 0; i < 101; i++) {
              insert.setInt(1, 1_000 + i);
              insert.setInt(2, i);
              insert.addBatch();
            }
            assertThatThrownBy(insert::executeBatch)
                .isInstanceOf(StatementRefusedException.class)
                .hasMessageContainingAll("101", "maxBranchRows of 100");
          }
          connection.commit();
        });
    assertThat(before.violation(lab.plain())).isEmpty();
  }
}
