package io.attx.datasource.lock;

import io.attx.databases.DatabaseKind;
import org.junit.jupiter.api.Test;

/** Collations of MySQL and MariaDB in which different bytes are one value. */
abstract class MySqlFamilyUndoStaysPossibleContract extends UndoStaysPossibleContract {
  MySqlFamilyUndoStaysPossibleContract(DatabaseKind kind) {
    super(kind);
  }

  @Test
  void values_that_differ_in_case_or_padding_only_are_one() throws Exception {
    db.execute(
        "CREATE TABLE word (w VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci PRIMARY"
            + " KEY, u VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci UNIQUE)",
        "INSERT INTO word VALUES ('a', 'b')");
    isKeptOut("word", "DELETE FROM word", "INSERT INTO word VALUES ('A ', 'other')");
    isKeptOut("word", "DELETE FROM word", "INSERT INTO word VALUES ('other', 'B  ')");
    isKeptOut("word", "UPDATE word SET u = 'c'", "INSERT INTO word VALUES ('other', 'B')");
  }
}
