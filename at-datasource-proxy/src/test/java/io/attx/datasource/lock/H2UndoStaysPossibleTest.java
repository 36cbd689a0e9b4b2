package io.attx.datasource.lock;

import io.attx.databases.DatabaseKind;
import org.junit.jupiter.api.Test;

class H2UndoStaysPossibleTest extends UndoStaysPossibleContract {
  H2UndoStaysPossibleTest() {
    super(DatabaseKind.H2);
  }

  @Test
  void values_that_differ_in_case_only_are_one() throws Exception {
    db.execute(
        "CREATE TABLE word (w VARCHAR_IGNORECASE(20) PRIMARY KEY)",
        "INSERT INTO word VALUES ('a')");
    isKeptOut("word", "DELETE FROM word", "INSERT INTO word VALUES ('A')");
  }
}
