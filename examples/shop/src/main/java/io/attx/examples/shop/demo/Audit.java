package io.attx.examples.shop.demo;

import io.attx.examples.shop.account.Account;
import io.attx.examples.shop.order.OrderRequest;
import io.attx.examples.shop.stock.Product;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Compares the books with what was there before and with what the senders of the orders were told.
 */
final class Audit {

  /**
   * Something that must hold.
   *
   * @param name what
   * @param broken every way in which it does not hold; empty when it holds
   */
  record Invariant(String name, List<String> broken) {
    boolean holds() {
      return broken.isEmpty();
    }
  }

  private final DemoOptions options;
  private final ShopData data;
  private final Books books;
  private final Map<String, Outcome> outcomes;

  Audit(DemoOptions options, ShopData data, Books books, Map<String, Outcome> outcomes) {
    this.options = options;
    this.data = data;
    this.books = books;
    this.outcomes = outcomes;
  }

  List<Invariant> invariants(CoordinatorClient.Counts counts) {
    return List.of(
        new Invariant("stock sold = pieces of the placed orders, for each product", stock()),
        new Invariant("money spent = amounts of the placed orders, for each customer", money()),
        new Invariant("every order stands whole (paid, right amount) or not at all", whole()),
        new Invariant("every answer was true", answers()),
        new Invariant("no undo row is left", none("undo rows", books.undoRows())),
        new Invariant("no row lock is left", none("row locks", counts.locks())),
        new Invariant("no global transaction is open", none("global transactions", counts.open())),
        new Invariant("no fence is left by a process that was not killed", fences(counts)),
        new Invariant(
            "no branch is in quarantine", none("branches in quarantine", counts.quarantined())));
  }

  /**
   * A branch of a killed process whose end nobody knows is fenced off when it is rolled back, and
   * the fence stays for a day: a process that is only paused could still try to commit. So only a
   * run with crashes may leave some, at most one for each order that was under way.
   */
  private List<String> fences(CoordinatorClient.Counts counts) {
    int allowed = options.crash() ? options.parallel() : 0;
    List<String> broken = new ArrayList<>();
    if (books.fences() > allowed) {
      broken.add(books.fences() + " fences, at most " + allowed + " can be explained");
    }
    if (counts.fenced() > books.fences()) {
      broken.add(
          counts.fenced()
              + " rolled back transactions with markers, "
              + books.fences()
              + " fences");
    }
    return broken;
  }

  int piecesSold() {
    return books.orders().values().stream().mapToInt(Books.Row::quantity).sum();
  }

  BigDecimal moneySpent() {
    return books.orders().values().stream()
        .map(Books.Row::amount)
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  private List<String> stock() {
    List<String> broken = new ArrayList<>();
    for (Product product : data.products()) {
      int sold =
          books.orders().values().stream()
              .filter(order -> order.sku().equals(product.sku()))
              .mapToInt(Books.Row::quantity)
              .sum();
      int left = books.stock().getOrDefault(product.sku(), -1);
      if (product.quantity() - left != sold || left < 0) {
        broken.add(
            product.sku()
                + ": "
                + product.quantity()
                + " before, "
                + left
                + " after, "
                + sold
                + " sold");
      }
    }
    return broken;
  }

  private List<String> money() {
    List<String> broken = new ArrayList<>();
    for (Account account : data.accounts()) {
      BigDecimal spent =
          books.orders().values().stream()
              .filter(order -> order.account().equals(account.name()))
              .map(Books.Row::amount)
              .reduce(BigDecimal.ZERO, BigDecimal::add);
      BigDecimal left = books.balances().getOrDefault(account.name(), BigDecimal.ONE.negate());
      if (account.balance().subtract(left).compareTo(spent) != 0 || left.signum() < 0) {
        broken.add(
            account.name()
                + ": "
                + account.balance()
                + " before, "
                + left
                + " after, "
                + spent
                + " spent");
      }
    }
    return broken;
  }

  private List<String> whole() {
    List<String> broken = new ArrayList<>();
    books
        .orders()
        .forEach(
            (number, order) -> {
              BigDecimal price = books.prices().getOrDefault(order.sku(), BigDecimal.ZERO);
              boolean right =
                  price.multiply(BigDecimal.valueOf(order.quantity())).compareTo(order.amount())
                      == 0;
              if (!order.status().equals("PAID") || !right) {
                broken.add(number + ": " + order);
              }
            });
    return broken;
  }

  private List<String> answers() {
    List<String> broken = new ArrayList<>();
    for (OrderRequest order : data.orders()) {
      Outcome outcome = outcomes.getOrDefault(order.orderNo(), Outcome.GIVEN_UP);
      boolean stands = books.orders().containsKey(order.orderNo());
      boolean wrong =
          switch (outcome) {
            case PLACED -> !stands;
            case OUT_OF_STOCK, BALANCE_TOO_LOW -> stands;
            case UNKNOWN -> false;
            case GIVEN_UP -> true;
          };
      if (wrong) {
        broken.add(
            order.orderNo()
                + ": the answer was "
                + outcome
                + ", the order "
                + (stands ? "stands" : "is not there"));
      }
    }
    return broken;
  }

  private static List<String> none(String what, long count) {
    return count == 0 ? List.of() : List.of(count + " " + what);
  }
}
