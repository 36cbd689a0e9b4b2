package io.attx.datasource.restored;

import static org.assertj.core.api.Assertions.assertThat;

import io.attx.Xid;
import io.attx.databases.DatabaseAddress;
import io.attx.databases.DatabaseKind;
import io.attx.databases.SharedServers;
import io.attx.datasource.image.StatementRefusedException;
import io.attx.datasource.support.types.SqlType;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Each type of the database, as a value and as a key: INSERT, UPDATE and DELETE of each of its
 * values through the proxy are undone exactly, in a session whose settings are unusual.
 */
abstract class TypesRestoredContract {
  private final TableFactory factory;
  private Lab lab;

  TypesRestoredContract(DatabaseKind kind) {
    this.factory = new TableFactory(kind);
  }

  /** What the sessions of the application have set; phase two has its own. */
  abstract String session();

  DatabaseAddress withDriver(DatabaseAddress address) {
    return address;
  }

  @BeforeEach
  void open() throws SQLException {
    lab =
        new Lab(
            withDriver(SharedServers.freshDatabase(factory.kind())),
            options -> options,
            session(),
            driver -> driver);
    lab.execute(factory.preparation().toArray(String[]::new));
  }

  @AfterEach
  void close() throws SQLException {
    lab.close();
  }

  private Stream<DynamicTest> each(List<SqlType> types, String prefix, Check check) {
    return IntStream.range(0, types.size())
        .mapToObj(
            i ->
                DynamicTest.dynamicTest(
                    types.get(i).toString(), () -> check.of(types.get(i), prefix + i)));
  }

  private interface Check {
    void of(SqlType type, String table) throws SQLException;
  }

  @TestFactory
  Stream<DynamicTest> everyTypeIsRestoredAsAValue() {
    return each(factory.types(), "v", this::restoredAsValue);
  }

  private void restoredAsValue(SqlType type, String table) throws SQLException {
    List<String> literals = type.literals();
    lab.execute("CREATE TABLE " + table + " (id INT PRIMARY KEY, v " + type.definition() + ")");
    lab.execute("INSERT INTO " + table + " VALUES (0, NULL)");
    for (int i = 0; i < literals.size(); i++) {
      lab.execute("INSERT INTO " + table + " VALUES (" + (i + 1) + ", " + literals.get(i) + ")");
    }
    TableRestored before = remember(type, table, "id");
    Xid xid = lab.begin();
    lab.within(
        xid,
        connection -> {
          connection.setAutoCommit(false);
          for (int i = 0; i < literals.size(); i++) {
            String next = literals.get((i + 1) % literals.size());
            run(
                connection,
                type,
                "INSERT INTO " + table + " VALUES (" + (i + 100) + ", " + next + ")");
            run(
                connection,
                type,
                "UPDATE " + table + " SET v = " + next + " WHERE id = " + (i + 1));
          }
          run(connection, type, "UPDATE " + table + " SET v = NULL WHERE id < 3");
          run(connection, type, "DELETE FROM " + table + " WHERE id > 1");
          connection.commit();
        });
    lab.rollback(xid);
    assertThat(before.violation(lab.plain())).isEmpty();
  }

  @TestFactory
  Stream<DynamicTest> everyTypeThatCanBeAKeyIsRestoredAsAKey() {
    return each(factory.types().stream().filter(SqlType::isKey).toList(), "k", this::asKey);
  }

  private void asKey(SqlType type, String table) throws SQLException {
    List<String> literals = type.literals();
    lab.execute(
        "CREATE TABLE " + table + " (v " + type.definition() + " NOT NULL PRIMARY KEY, id INT)");
    for (int i = 0; i < literals.size(); i++) {
      lab.execute("INSERT INTO " + table + " VALUES (" + literals.get(i) + ", " + i + ")");
    }
    TableRestored before = remember(type, table, "id");
    Xid xid = lab.begin();
    lab.within(
        xid,
        connection -> {
          connection.setAutoCommit(false);
          for (int i = 0; i < literals.size(); i++) {
            run(connection, type, "UPDATE " + table + " SET id = id + 1000 WHERE id = " + i);
          }
          run(connection, type, "DELETE FROM " + table + " WHERE id >= 1000");
          for (String literal : literals) {
            insertKey(connection, type, "INSERT INTO " + table + " VALUES (" + literal + ", 7)");
          }
          run(connection, type, "UPDATE " + table + " SET id = 8");
          connection.commit();
        });
    lab.rollback(xid);
    assertThat(before.violation(lab.plain())).isEmpty();
  }

  @TestFactory
  Stream<DynamicTest> whatIsNoUsualKeyIsRestoredOrRefusedBeforeItExecutes() {
    return each(
        factory.types().stream().filter(type -> !type.isKey()).toList(), "n", this::unusualKey);
  }

  private void unusualKey(SqlType type, String table) throws SQLException {
    try {
      lab.execute(
          "CREATE TABLE " + table + " (v " + type.definition() + " NOT NULL PRIMARY KEY, id INT)",
          "INSERT INTO " + table + " VALUES (" + type.literals().get(0) + ", 1)",
          "SELECT 1 FROM " + table + " a JOIN " + table + " b ON a.v = b.v");
    } catch (SQLException noKeyOfThisDatabase) {
      return;
    }
    restoredOrRefused(type, table, false);
  }

  @TestFactory
  Stream<DynamicTest> aTypeThatCannotBeImagedIsRefusedBeforeItExecutes() {
    return each(factory.refusedTypes(), "r", this::refused);
  }

  private void refused(SqlType type, String table) throws SQLException {
    lab.execute(
        "CREATE TABLE " + table + " (id INT PRIMARY KEY, v " + type.definition() + ")",
        "INSERT INTO " + table + " VALUES (1, " + type.literals().get(0) + ")");
    restoredOrRefused(type, table, true);
  }

  private void restoredOrRefused(SqlType type, String table, boolean refused) throws SQLException {
    TableRestored before = remember(type, table, "id");
    for (String sql :
        List.of(
            "UPDATE " + table + (refused ? " SET v = NULL" : " SET id = 2"),
            "DELETE FROM " + table)) {
      Xid xid = lab.begin();
      boolean executed = true;
      try {
        lab.within(xid, connection -> run(connection, type, sql));
      } catch (SQLException failure) {
        executed = false;
        assertThat(failure.getCause()).as(sql).isInstanceOf(StatementRefusedException.class);
        assertThat(failure.getMessage()).contains("column", "What to do");
      }
      assertThat(executed && refused).as("executed: %s", sql).isFalse();
      lab.rollback(xid);
      assertThat(before.violation(lab.plain())).isEmpty();
    }
  }

  private TableRestored remember(SqlType type, String table, String more) throws SQLException {
    String query = "SELECT " + type.judge("v") + ", " + more + " FROM " + table;
    return TableRestored.remember(lab.plain(), List.of(new TableRestored.Dump(table, query)));
  }

  /** A key that is no plain literal of its type may be refused: nothing has happened then. */
  private static void insertKey(Connection connection, SqlType type, String sql)
      throws SQLException {
    try {
      run(connection, type, sql);
    } catch (SQLException failure) {
      if (!(failure.getCause() instanceof StatementRefusedException)) {
        throw failure;
      }
    }
  }

  private static void run(Connection connection, SqlType type, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    } catch (SQLException failure) {
      throw new SQLException(type + ": " + sql + ": " + failure.getMessage(), failure);
    }
  }
}
