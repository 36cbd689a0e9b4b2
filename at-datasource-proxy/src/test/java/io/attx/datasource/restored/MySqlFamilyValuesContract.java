package io.attx.datasource.restored;

import static org.assertj.core.api.Assertions.assertThat;

import io.attx.Xid;
import io.attx.databases.DatabaseKind;
import io.attx.databases.SharedServers;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Values that random histories stumbled over on MySQL and MariaDB, in a session as it comes. */
abstract class MySqlFamilyValuesContract {
  private final DatabaseKind kind;
  private Lab lab;

  MySqlFamilyValuesContract(DatabaseKind kind) {
    this.kind = kind;
  }

  @BeforeEach
  void open() throws SQLException {
    lab = new Lab(SharedServers.freshDatabase(kind), options -> options);
    lab.execute("SET sql_mode = 'ALLOW_INVALID_DATES'");
  }

  @AfterEach
  void close() throws SQLException {
    lab.close();
  }

  @Test
  void aRowWhoseKeyIsTheZeroDateIsChangedAndRestoredInAStrictSession() throws SQLException {
    lab.execute(
        "CREATE TABLE d (k DATE NOT NULL, t DATETIME(3) NOT NULL, n INT, PRIMARY KEY (k, t))",
        "INSERT INTO d VALUES ('0000-00-00', '0000-00-00 00:00:00', 1), ('2024-02-29', '0000-00-00', 2)");
    undoes(
        "SELECT HEX(k + 0), HEX(t + 0), n FROM d",
        "UPDATE d SET n = n + 10",
        "DELETE FROM d WHERE n > 0");
  }

  void undoes(String dump, String... statements) throws SQLException {
    TableRestored before =
        TableRestored.remember(lab.plain(), List.of(new TableRestored.Dump("all", dump)));
    for (String sql : statements) {
      Xid xid = lab.begin();
      lab.within(
          xid,
          connection -> {
            try (Statement statement = connection.createStatement()) {
              assertThat(statement.executeUpdate(sql)).as(sql).isPositive();
            }
          });
      assertThat(before.violation(lab.plain())).as("%s has an effect", sql).isNotEmpty();
      lab.rollback(xid);
      assertThat(before.violation(lab.plain())).as("%s is undone", sql).isEmpty();
    }
  }
}
