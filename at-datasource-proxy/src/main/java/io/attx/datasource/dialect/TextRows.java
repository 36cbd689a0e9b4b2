package io.attx.datasource.dialect;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Rows of a catalog query, all as text; NULL is the empty text. */
public final class TextRows {
  private TextRows() {}

  /** Runs a query with text parameters. */
  public static List<Row> query(Connection connection, String sql, String... parameters)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setString(i + 1, parameters[i]);
      }
      try (ResultSet rows = statement.executeQuery()) {
        int width = rows.getMetaData().getColumnCount();
        List<Row> all = new ArrayList<>();
        while (rows.next()) {
          List<String> values = new ArrayList<>(width);
          for (int i = 1; i <= width; i++) {
            String value = rows.getString(i);
            values.add(value == null ? "" : value);
          }
          all.add(new Row(values));
        }
        return all;
      }
    }
  }

  /**
   * One row.
   *
   * @param values in select-list order
   */
  public record Row(List<String> values) {
    /** Copies the list. */
    public Row {
      values = List.copyOf(values);
    }

    /** The value at a 0-based place. */
    public String get(int index) {
      return values.get(index);
    }

    /** Whether the value says yes in one of the ways in which catalogs do. */
    public boolean isTrue(int index) {
      return switch (get(index).toLowerCase(Locale.ROOT)) {
        case "t", "true", "yes", "1" -> true;
        default -> false;
      };
    }
  }
}
