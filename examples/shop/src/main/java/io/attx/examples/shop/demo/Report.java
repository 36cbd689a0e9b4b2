package io.attx.examples.shop.demo;

import io.attx.examples.shop.account.Account;
import io.attx.examples.shop.demo.Audit.Invariant;
import io.attx.examples.shop.stock.Product;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Prints the result for people. */
final class Report {

  private static final int SHOWN = 5;

  private final PrintStream out;

  Report(PrintStream out) {
    this.out = out;
  }

  void orders(
      Map<String, Outcome> outcomes, Books books, Progress progress, double seconds, int repeated) {
    long lookedUp =
        outcomes.entrySet().stream()
            .filter(
                each ->
                    each.getValue() == Outcome.UNKNOWN && books.orders().containsKey(each.getKey()))
            .count();
    long unknown = count(outcomes, Outcome.UNKNOWN);
    out.println();
    line(
        "orders",
        outcomes.size(),
        String.format(Locale.ROOT, "%.1f s, %.0f per second", seconds, outcomes.size() / seconds));
    line("  placed", count(outcomes, Outcome.PLACED), "");
    line(
        "  refused, out of stock",
        count(outcomes, Outcome.OUT_OF_STOCK),
        "the order row was undone");
    line(
        "  rolled back, balance too low",
        count(outcomes, Outcome.BALANCE_TOO_LOW),
        "order row and stock were undone after their local commit");
    if (unknown > 0) {
      line(
          "  answer lost, looked up",
          unknown,
          lookedUp + " stand, " + (unknown - lookedUp) + " do not");
    }
    if (count(outcomes, Outcome.GIVEN_UP) > 0) {
      line("  given up", count(outcomes, Outcome.GIVEN_UP), "");
    }
    if (repeated > 0) {
      line("  sent again", repeated, "because a process was down and the order did not stand");
    }
  }

  private static long count(Map<String, Outcome> outcomes, Outcome outcome) {
    return outcomes.values().stream().filter(outcome::equals).count();
  }

  void books(ShopData data, Books books, Audit audit, CoordinatorClient.Counts counts) {
    int stockBefore = data.products().stream().mapToInt(Product::quantity).sum();
    int stockAfter = books.stock().values().stream().mapToInt(Integer::intValue).sum();
    BigDecimal moneyBefore =
        data.accounts().stream().map(Account::balance).reduce(BigDecimal.ZERO, BigDecimal::add);
    BigDecimal moneyAfter =
        books.balances().values().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    out.println();
    row("", "before", "after", "difference", "placed orders");
    row(
        "stock (pieces)",
        Integer.toString(stockBefore),
        Integer.toString(stockAfter),
        Integer.toString(stockBefore - stockAfter),
        Integer.toString(audit.piecesSold()));
    row(
        "money",
        moneyBefore.toPlainString(),
        moneyAfter.toPlainString(),
        moneyBefore.subtract(moneyAfter).toPlainString(),
        audit.moneySpent().toPlainString());
    out.println();
    line("undo rows left", books.undoRows(), "");
    if (books.fences() > 0) {
      line(
          "fences left",
          books.fences(),
          "of a killed process, kept for a day so that it cannot commit late");
    }
    line("row locks left", counts.locks(), "");
    line("global transactions open", counts.open(), "");
    out.println();
  }

  /** Prints each invariant and returns whether all hold. */
  boolean invariants(List<Invariant> invariants) {
    boolean all = true;
    for (Invariant invariant : invariants) {
      out.println((invariant.holds() ? "  ok      " : "  BROKEN  ") + invariant.name());
      invariant.broken().stream().limit(SHOWN).forEach(each -> out.println("            " + each));
      if (invariant.broken().size() > SHOWN) {
        out.println("            and " + (invariant.broken().size() - SHOWN) + " more");
      }
      all &= invariant.holds();
    }
    return all;
  }

  private void line(String name, long number, String remark) {
    out.printf("%-32s%8d   %s%n", name, number, remark);
  }

  private void row(String name, String before, String after, String difference, String placed) {
    out.printf("%-16s%14s%14s%14s%16s%n", name, before, after, difference, placed);
  }
}
