package io.attx.datasource.restored;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The invariant: after a rollback, the complete content of every table, as the database's own exact
 * text or hex, is what it was before.
 */
public final class TableRestored {
  private final List<Dump> dumps;
  private final List<List<String>> before;

  /**
   * How one table is read completely.
   *
   * @param table its name
   * @param query gives one row per row, each column different for different values
   */
  public record Dump(String table, String query) {}

  private TableRestored(List<Dump> dumps, List<List<String>> before) {
    this.dumps = dumps;
    this.before = before;
  }

  /** Remembers what the tables hold now. */
  public static TableRestored remember(Connection connection, List<Dump> dumps)
      throws SQLException {
    List<List<String>> before = new ArrayList<>();
    for (Dump dump : dumps) {
      before.add(rows(connection, dump.query()));
    }
    return new TableRestored(List.copyOf(dumps), before);
  }

  /** Whether nothing is different now; otherwise what is. */
  public String violation(Connection connection) throws SQLException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < dumps.size(); i++) {
      List<String> now = rows(connection, dumps.get(i).query());
      if (!now.equals(before.get(i))) {
        List<String> lost = new ArrayList<>(before.get(i));
        now.forEach(lost::remove);
        List<String> added = new ArrayList<>(now);
        before.get(i).forEach(added::remove);
        text.append(dumps.get(i).table())
            .append(": lost ")
            .append(lost)
            .append(", added ")
            .append(added)
            .append("; read by ")
            .append(dumps.get(i).query())
            .append('\n');
      }
    }
    return text.toString();
  }

  private static List<String> rows(Connection connection, String query) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      int width = result.getMetaData().getColumnCount();
      while (result.next()) {
        StringBuilder row = new StringBuilder();
        for (int i = 1; i <= width; i++) {
          row.append(i == 1 ? "" : " | ").append(result.getString(i));
        }
        rows.add(row.toString());
      }
    }
    Collections.sort(rows);
    return rows;
  }
}
