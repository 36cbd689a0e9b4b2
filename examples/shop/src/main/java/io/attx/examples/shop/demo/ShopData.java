package io.attx.examples.shop.demo;

import io.attx.examples.shop.account.Account;
import io.attx.examples.shop.order.OrderRequest;
import io.attx.examples.shop.stock.Product;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The products, accounts and orders of the CSV files. Some products are scarce and some customers
 * poor, so that not all orders can be had.
 *
 * @param products the stock at the beginning
 * @param accounts the money at the beginning
 * @param orders what will be ordered
 */
record ShopData(List<Product> products, List<Account> accounts, List<OrderRequest> orders) {

  /**
   * Reads the files. For more orders than the file has it is repeated under new numbers; stock and
   * money grow and shrink with the number of orders.
   */
  static ShopData read(int wanted) throws IOException {
    List<String[]> rows = rows("orders.csv", 4);
    List<OrderRequest> orders = new ArrayList<>(wanted);
    for (int i = 0; i < wanted; i++) {
      String[] row = rows.get(i % rows.size());
      int round = i / rows.size();
      String number = round == 0 ? row[0] : row[0] + "-" + round;
      orders.add(new OrderRequest(number, row[1], row[2], Integer.parseInt(row[3])));
    }
    List<Product> products = new ArrayList<>();
    for (String[] row : rows("products.csv", 3)) {
      BigDecimal quantity = scaled(row[2], wanted, rows.size(), 0);
      products.add(new Product(row[0], new BigDecimal(row[1]), quantity.intValueExact()));
    }
    List<Account> accounts = new ArrayList<>();
    for (String[] row : rows("accounts.csv", 2)) {
      accounts.add(new Account(row[0], scaled(row[1], wanted, rows.size(), 2)));
    }
    return new ShopData(products, accounts, orders);
  }

  private static BigDecimal scaled(String number, int wanted, int inFile, int digits) {
    return new BigDecimal(number)
        .multiply(BigDecimal.valueOf(wanted))
        .divide(BigDecimal.valueOf(inFile), digits, RoundingMode.HALF_UP);
  }

  private static List<String[]> rows(String file, int columns) throws IOException {
    List<String[]> rows = new ArrayList<>();
    InputStream in = ShopData.class.getResourceAsStream("/shop/" + file);
    if (in == null) {
      throw new IOException("The class path has no /shop/" + file);
    }
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      reader.readLine(); // the names of the columns
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        String[] row = line.split(",", -1);
        if (row.length != columns) {
          throw new IOException(file + " has a line without " + columns + " columns: " + line);
        }
        rows.add(row);
      }
    }
    return rows;
  }
}
