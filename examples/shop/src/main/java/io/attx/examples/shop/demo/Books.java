package io.attx.examples.shop.demo;

import io.attx.databases.DatabaseAddress;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the databases say in the end, read from them directly.
 *
 * @param stock pieces by product
 * @param prices by product
 * @param balances by account
 * @param orders by their number
 * @param undoRows left in all three, without the fences
 * @param fences left in all three
 */
record Books(
    Map<String, Integer> stock,
    Map<String, BigDecimal> prices,
    Map<String, BigDecimal> balances,
    Map<String, Row> orders,
    long undoRows,
    long fences) {

  private static final int FENCE = 2;

  /** An order as it is in its table. */
  record Row(String account, String sku, int quantity, String status, BigDecimal amount) {}

  private interface RowReader {
    void read(ResultSet row) throws SQLException;
  }

  static Books read(DatabaseAddress orders, DatabaseAddress stock, DatabaseAddress accounts)
      throws SQLException {
    Map<String, Integer> quantities = new TreeMap<>();
    Map<String, BigDecimal> prices = new TreeMap<>();
    Map<String, BigDecimal> balances = new TreeMap<>();
    Map<String, Row> rows = new TreeMap<>();
    long[] undoRows = new long[2];
    for (DatabaseAddress address : new DatabaseAddress[] {orders, stock, accounts}) {
      query(
          address,
          "SELECT state, COUNT(*) FROM undo_log GROUP BY state",
          row -> undoRows[row.getInt(1) == FENCE ? 1 : 0] += row.getLong(2));
    }
    query(
        stock,
        "SELECT sku, quantity, price FROM stock",
        row -> {
          quantities.put(row.getString(1), row.getInt(2));
          prices.put(row.getString(1), row.getBigDecimal(3));
        });
    query(
        accounts,
        "SELECT name, balance FROM account",
        row -> balances.put(row.getString(1), row.getBigDecimal(2)));
    query(
        orders,
        "SELECT order_no, account, sku, quantity, status, amount FROM orders",
        row -> rows.put(row.getString(1), order(row)));
    return new Books(quantities, prices, balances, rows, undoRows[0], undoRows[1]);
  }

  private static Row order(ResultSet row) throws SQLException {
    BigDecimal amount = row.getBigDecimal(6);
    return new Row(
        row.getString(2),
        row.getString(3),
        row.getInt(4),
        row.getString(5),
        amount == null ? BigDecimal.ZERO : amount);
  }

  private static void query(DatabaseAddress address, String sql, RowReader reader)
      throws SQLException {
    try (Connection connection = address.connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        reader.read(rows);
      }
    }
  }
}
