package io.attx.datasource.image;

import static io.attx.datasource.image.ImageFixture.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attx.databases.DatabaseKind;
import io.attx.undolog.UndoEntry;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** Images on MySQL. */
class MySqlImagedStatementsTest extends MySqlFamilyImagedStatementsContract {
  MySqlImagedStatementsTest() {
    super(DatabaseKind.MYSQL);
  }

  @Test
  void keysThatAreGeneratedForSomeRowsOnlyAreInsertedRowByRow() throws SQLException {
    StatementOutcome outcome =
        db.run("INSERT INTO item (id, name) VALUES (NULL, 'a'), (100, 'b'), (0, 'c')");
    UndoEntry entry = outcome.entries().get(0);
    assertThat(outcome.updateCounts()).containsExactly(3);
    assertThat(entry.after().stream().map(row -> values(entry, row).get("id")).toList())
        .isEqualTo(db.rows("SELECT id FROM item ORDER BY name"));
  }

  @Test
  void anExpressionAsKeyIsComputedFirst() throws SQLException {
    db.execute("CREATE TABLE doc (id VARCHAR(36) PRIMARY KEY, n INT)");
    StatementOutcome outcome = db.run("INSERT INTO doc VALUES (UUID(), 1), (UUID(), ?)", 2);
    UndoEntry entry = outcome.entries().get(0);
    assertThat(entry.after().stream().map(row -> values(entry, row).get("id")).toList())
        .containsExactlyInAnyOrderElementsOf(db.rows("SELECT id FROM doc"));
  }

  @Test
  void anExpressionThatFitsNoKeyExactlyIsRefused() throws SQLException {
    db.execute("CREATE TABLE day (id DATETIME(6) PRIMARY KEY, n INT)");
    assertThatThrownBy(() -> db.run("INSERT INTO day VALUES (NOW(6), 1)"))
        .isInstanceOf(StatementRefusedException.class);
    assertThat(db.rows("SELECT COUNT(*) FROM day")).containsExactly("0");
  }

  @Test
  void jsonThatWouldComeBackChangedIsRefusedBeforeItIsLost() throws SQLException {
    db.execute(
        "CREATE TABLE doc (id INT PRIMARY KEY, j JSON, n INT)",
        "INSERT INTO doc VALUES (1, JSON_ARRAY(CAST(1.00 AS DECIMAL(5,2))), 0)",
        "INSERT INTO doc VALUES (2, '[1.5]', 0)");
    assertThatThrownBy(() -> db.run("DELETE FROM doc WHERE id = 1"))
        .isInstanceOf(StatementRefusedException.class)
        .hasMessageContaining("JSON");
    assertThat(db.rows("SELECT COUNT(*) FROM doc")).containsExactly("2");
    assertThat(db.run("UPDATE doc SET n = 1 WHERE id = 1").entries()).hasSize(1);
    assertThat(db.run("DELETE FROM doc WHERE id = 2").entries()).hasSize(1);
  }
}
