package io.attx.datasource.restored;

import io.attx.Xid;
import io.attx.databases.DatabaseAddress;
import io.attx.databases.DatabaseKind;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * Changes every row of a large table in one branch and rolls it back; run in a process of its own,
 * whose heap is small.
 */
public final class LargeBranch {
  private static final String SUM =
      "SELECT COUNT(*), SUM(n), SUM(id - n), MIN(s), MAX(s), SUM(CHAR_LENGTH(s)) FROM big";

  private LargeBranch() {}

  /** Kind, URL, user, password and number of rows. */
  public static void main(String[] arguments) throws SQLException {
    DatabaseAddress address =
        new DatabaseAddress(
            DatabaseKind.valueOf(arguments[0]), arguments[1], arguments[2], arguments[3]);
    int rows = Integer.parseInt(arguments[4]);
    try (Lab lab =
        new Lab(address, options -> options.maxBranchRows(rows).maxBranchBytes(512L << 20))) {
      fill(lab, rows);
      TableRestored before =
          TableRestored.remember(lab.plain(), List.of(new TableRestored.Dump("big", SUM)));
      for (String sql : List.of("UPDATE big SET n = n + 1", "DELETE FROM big")) {
        Xid xid = lab.begin();
        lab.within(
            xid,
            connection -> {
              try (Statement statement = connection.createStatement()) {
                require(statement.executeUpdate(sql) == rows, sql + " changes every row");
              }
            });
        require(!before.violation(lab.plain()).isEmpty(), sql + " has an effect");
        lab.rollback(xid);
        require(before.violation(lab.plain()).isEmpty(), sql + " is undone");
      }
    }
    System.out.println("restored " + rows + " rows twice");
  }

  /** Doubles the rows until there are enough. */
  private static void fill(Lab lab, int rows) throws SQLException {
    lab.execute(
        "CREATE TABLE big (id INT PRIMARY KEY, n INT, s VARCHAR(100))",
        "INSERT INTO big VALUES (1, 5, 'a text of some length that every row has')");
    for (int filled = 1; filled < rows; filled *= 2) {
      lab.execute(
          "INSERT INTO big SELECT id + "
              + filled
              + ", n + 3, s FROM big WHERE id <= "
              + Math.min(filled, rows - filled));
    }
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError("does not hold: " + what);
    }
  }
}
