package io.attx.datasource.metadata;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** The columns of a table as the driver describes them with each result, to be compared. */
public final class LiveColumns {
  private LiveColumns() {}

  /**
   * Those of a table.
   *
   * @param table quoted and qualified
   */
  public static List<String> of(Connection connection, String table) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet nothing = statement.executeQuery("SELECT * FROM " + table + " WHERE 1 = 0")) {
      return of(nothing.getMetaData(), 1);
    }
  }

  /** Those of a result from a column on. */
  public static List<String> of(ResultSetMetaData result, int first) throws SQLException {
    List<String> columns = new ArrayList<>();
    for (int i = first; i <= result.getColumnCount(); i++) {
      columns.add(
          result.getColumnName(i)
              + " "
              + result.getColumnType(i)
              + " "
              + result.getColumnTypeName(i));
    }
    return columns;
  }
}
