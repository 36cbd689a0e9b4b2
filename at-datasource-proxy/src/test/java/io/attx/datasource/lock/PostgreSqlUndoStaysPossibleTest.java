package io.attx.datasource.lock;

import io.attx.databases.DatabaseKind;
import org.junit.jupiter.api.Test;

class PostgreSqlUndoStaysPossibleTest extends UndoStaysPossibleContract {
  PostgreSqlUndoStaysPossibleTest() {
    super(DatabaseKind.POSTGRESQL);
  }

  @Test
  void values_that_are_equal_and_not_the_same_are_one() throws Exception {
    db.execute(
        "CREATE TABLE price (n NUMERIC PRIMARY KEY, c CHAR(5) UNIQUE)",
        "INSERT INTO price VALUES (1.0, 'a')");
    isKeptOut("price", "DELETE FROM price", "INSERT INTO price VALUES (1.00, 'b')");
    isKeptOut("price", "DELETE FROM price", "INSERT INTO price VALUES (2, 'a    ')");
  }

  @Test
  void values_of_a_partial_index_over_an_expression_are_kept() throws Exception {
    db.execute(
        "CREATE TABLE login (id INT PRIMARY KEY, name TEXT, live BOOLEAN)",
        "CREATE UNIQUE INDEX login_once ON login (lower(name)) WHERE live",
        "INSERT INTO login VALUES (1, 'Ann', true)");
    isKeptOut("login", "DELETE FROM login", "INSERT INTO login VALUES (2, 'ANN', true)");
    isKeptOut(
        "login", "UPDATE login SET live = false", "INSERT INTO login VALUES (2, 'ann', true)");
  }
}
