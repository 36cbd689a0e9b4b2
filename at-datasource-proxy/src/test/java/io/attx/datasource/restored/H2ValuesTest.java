package io.attx.datasource.restored;

import static org.assertj.core.api.Assertions.assertThat;

import io.attx.Xid;
import io.attx.databases.DatabaseKind;
import io.attx.databases.SharedServers;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Values that random histories stumbled over on H2. */
class H2ValuesTest {
  @Test
  void rowsWithADecfloatKeyThatIsNotANumberAreInsertedAndUndone() throws Exception {
    try (Lab lab = new Lab(SharedServers.freshDatabase(DatabaseKind.H2), options -> options)) {
      lab.execute("CREATE TABLE f (a DECFLOAT(20) NOT NULL, b INT, n INT, PRIMARY KEY (a, b))");
      TableRestored before =
          TableRestored.remember(
              lab.plain(), List.of(new TableRestored.Dump("f", "SELECT a, b, n FROM f")));
      Xid xid = lab.begin();
      lab.within(
          xid,
          connection -> {
            try (Statement statement = connection.createStatement()) {
              assertThat(
                      statement.executeUpdate("INSERT INTO f VALUES (1.50, 1, 1), ('NaN', 2, 1)"))
                  .isEqualTo(2);
              statement.executeUpdate(
                  "INSERT INTO f VALUES ('NaN', 3, 1)", Statement.RETURN_GENERATED_KEYS);
              try (ResultSet keys = statement.getGeneratedKeys()) {
                assertThat(keys.next()).isTrue();
                assertThat(keys.getString(1)).isEqualTo("NaN");
              }
            }
          });
      lab.rollback(xid);
      assertThat(before.violation(lab.plain())).isEmpty();
    }
  }
}
