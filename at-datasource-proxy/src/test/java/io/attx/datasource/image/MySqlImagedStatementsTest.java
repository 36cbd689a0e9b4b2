package io.attx.datasource.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attx.databases.DatabaseKind;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** Images on MySQL. */
class MySqlImagedStatementsTest extends MySqlFamilyImagedStatementsContract {
  MySqlImagedStatementsTest() {
    super(DatabaseKind.MYSQL);
  }

  @Test
  void keysThatAreGeneratedForSomeRowsOnlyAreRefused() throws SQLException {
    assertThatThrownBy(() -> db.run("INSERT INTO item (id, name) VALUES (NULL, 'a'), (100, 'b')"))
        .isInstanceOf(StatementRefusedException.class);
    assertThat(db.rows("SELECT COUNT(*) FROM item")).containsExactly("0");
  }

  @Test
  void anExpressionAsKeyIsRefused() throws SQLException {
    db.execute("CREATE TABLE doc (id VARCHAR(36) PRIMARY KEY, n INT)");
    assertThatThrownBy(() -> db.run("INSERT INTO doc VALUES (UUID(), 1)"))
        .isInstanceOf(StatementRefusedException.class);
    assertThat(db.rows("SELECT COUNT(*) FROM doc")).containsExactly("0");
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
