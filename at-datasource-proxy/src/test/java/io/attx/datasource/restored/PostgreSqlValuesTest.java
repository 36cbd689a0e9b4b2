package io.attx.datasource.restored;

import static org.assertj.core.api.Assertions.assertThat;

import io.attx.Xid;
import io.attx.databases.DatabaseKind;
import io.attx.databases.SharedServers;
import java.sql.PreparedStatement;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values that random histories stumbled over on PostgreSQL. */
class PostgreSqlValuesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "TSTZRANGE; [2024-01-01 00:00+02,2024-02-01)",
        "DOUBLE PRECISION; 0.1",
        "TIMESTAMPTZ; 2024-10-27 01:30:00+02",
        "INTERVAL; 1 mon -2 days",
        "MONEY; 12.34"
      })
  void aBatchOfRowsWhoseKeyTheDriverReportsInItsOwnWayIsUndone(String type, String value)
      throws Exception {
    try (Lab lab =
        new Lab(
            SharedServers.freshDatabase(DatabaseKind.POSTGRESQL),
            options -> options,
            "SET TimeZone = 'America/St_Johns'",
            driver -> driver)) {
      lab.execute("CREATE TABLE r (k " + type + ", n INT, PRIMARY KEY (k, n))");
      TableRestored before =
          TableRestored.remember(
              lab.plain(), List.of(new TableRestored.Dump("r", "SELECT k::text, n FROM r")));
      Xid xid = lab.begin();
      lab.within(
          xid,
          connection -> {
            try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO r VALUES (CAST(? AS " + type + "), ?)")) {
              for (int i = 0; i < 3; i++) {
                insert.setString(1, value);
                insert.setInt(2, i);
                insert.addBatch();
              }
              assertThat(insert.executeBatch()).containsExactly(1, 1, 1);
            }
          });
      lab.rollback(xid);
      assertThat(before.violation(lab.plain())).isEmpty();
    }
  }
}
