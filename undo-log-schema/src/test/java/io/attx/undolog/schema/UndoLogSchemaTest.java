package io.attx.undolog.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UndoLogSchemaTest {
  @ParameterizedTest
  @ValueSource(strings = {"mysql", "mariadb", "postgresql", "h2"})
  void everyScriptCreatesBothTablesUnderTheNameAskedForAndCanBeRepeated(String dialect) {
    List<String> statements = UndoLogSchema.script(dialect, "my_undo");
    assertThat(statements).allMatch(statement -> statement.contains("IF NOT EXISTS"));
    assertThat(statements).noneMatch(statement -> statement.contains("undo_log"));
    assertThat(String.join("\n", statements))
        .contains("TABLE IF NOT EXISTS my_undo (")
        .contains("TABLE IF NOT EXISTS my_undo_identity (")
        .contains("my_undo_created")
        .doesNotContain("--")
        .doesNotContain(";");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1a", "a b", "a;b", "a'b", "a.b", "ä", "undo_log--", "a\"b"})
  void aNameThatIsNoPlainIdentifierIsRefused(String name) {
    assertThatThrownBy(() -> UndoLogSchema.script("h2", name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("letters, digits and underscores");
  }

  @Test
  void aNameThatTheDerivedNamesWouldNotFitIsRefused() {
    assertThatThrownBy(() -> UndoLogSchema.checkName("a".repeat(49)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(UndoLogSchema.checkName("a".repeat(48))).hasSize(48);
  }

  @ParameterizedTest
  @ValueSource(strings = {"oracle", "../h2", "H2", ""})
  void anUnknownDialectIsAnErrorAndNotAGuess(String dialect) {
    assertThatThrownBy(() -> UndoLogSchema.script(dialect, "undo_log"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theH2ScriptRunsTwiceAndKeepsADefaultCreatedTime() throws Exception {
    try (Connection connection = DriverManager.getConnection("jdbc:h2:mem:");
        Statement statement = connection.createStatement()) {
      for (int i = 0; i < 2; i++) {
        for (String sql : UndoLogSchema.script("h2", "undo_log")) {
          statement.execute(sql);
        }
      }
      statement.execute(
          "INSERT INTO undo_log (cluster, branch_session, branch_number, chunk, xid_session,"
              + " xid_number, state, format, chunks, payload) VALUES (1,2,3,0,4,5,0,1,1,X'00')");
      try (ResultSet rows =
          statement.executeQuery(
              "SELECT count(*) FROM undo_log"
                  + " WHERE abs(datediff(second, created, current_timestamp)) < 60")) {
        rows.next();
        assertThat(rows.getInt(1)).isEqualTo(1);
      }
    }
  }
}
