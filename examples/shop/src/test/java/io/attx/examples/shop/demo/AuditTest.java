package io.attx.examples.shop.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.attx.databases.DatabaseKind;
import io.attx.examples.shop.account.Account;
import io.attx.examples.shop.demo.Audit.Invariant;
import io.attx.examples.shop.order.OrderRequest;
import io.attx.examples.shop.stock.Product;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The demo is worth something only if it notices when something is wrong. */
class AuditTest {

  private static final CoordinatorClient.Counts QUIET = new CoordinatorClient.Counts(0, 0, 0, 0);

  /** One order of 2 lamps at 10.00 was placed, another one was refused. */
  private final ShopData data =
      new ShopData(
          List.of(new Product("lamp", new BigDecimal("10.00"), 5)),
          List.of(new Account("ada", new BigDecimal("100.00"))),
          List.of(
              new OrderRequest("1", "ada", "lamp", 2), new OrderRequest("2", "ada", "lamp", 9)));

  private final Map<String, Books.Row> orders =
      new LinkedHashMap<>(
          Map.of("1", new Books.Row("ada", "lamp", 2, "PAID", new BigDecimal("20.00"))));
  private final Map<String, Outcome> outcomes =
      new LinkedHashMap<>(Map.of("1", Outcome.PLACED, "2", Outcome.OUT_OF_STOCK));
  private int stockLeft = 3;
  private String moneyLeft = "80.00";
  private long undoRows;
  private long fences;
  private boolean crash;

  @Test
  void rightBooksBreakNothing() {
    assertThat(broken(QUIET)).isEmpty();
  }

  @Test
  void stockThatVanishedIsNoticed() {
    stockLeft = 2;

    assertThat(broken(QUIET)).singleElement().asString().contains("stock sold").contains("lamp");
  }

  @Test
  void moneyThatVanishedIsNoticed() {
    moneyLeft = "79.99";

    assertThat(broken(QUIET)).singleElement().asString().contains("money spent").contains("ada");
  }

  @Test
  void anOrderThatWasHalfUndoneIsNoticed() {
    orders.put("1", new Books.Row("ada", "lamp", 2, "NEW", new BigDecimal("20.00")));

    assertThat(broken(QUIET)).singleElement().asString().contains("stands whole");
  }

  @Test
  void anOrderThatStandsAlthoughItWasRefusedIsNoticed() {
    outcomes.put("1", Outcome.BALANCE_TOO_LOW);

    assertThat(broken(QUIET)).singleElement().asString().contains("every answer was true");
  }

  @Test
  void anOrderThatWasConfirmedAndIsLostIsNoticed() {
    orders.clear();
    stockLeft = 5;
    moneyLeft = "100.00";

    assertThat(broken(QUIET)).singleElement().asString().contains("every answer was true");
  }

  @Test
  void anOrderWithoutAnAnswerMayStandOrNot() {
    outcomes.put("1", Outcome.UNKNOWN);

    assertThat(broken(QUIET)).isEmpty();
  }

  @Test
  void whatIsLeftBehindIsNoticed() {
    undoRows = 1;

    assertThat(broken(new CoordinatorClient.Counts(1, 0, 1, 1)))
        .hasSize(4)
        .anyMatch(each -> each.contains("undo row"))
        .anyMatch(each -> each.contains("row lock"))
        .anyMatch(each -> each.contains("global transaction is open"))
        .anyMatch(each -> each.contains("quarantine"));
  }

  @Test
  void aFenceNeedsACrash() {
    fences = 1;
    CoordinatorClient.Counts counts = new CoordinatorClient.Counts(0, 1, 0, 0);

    assertThat(broken(counts)).singleElement().asString().contains("fence");

    crash = true;
    assertThat(broken(counts)).isEmpty();
  }

  private List<String> broken(CoordinatorClient.Counts counts) {
    DemoOptions options =
        new DemoOptions(DatabaseKind.H2, 2, 8, crash, false, false, "coordinator.jar");
    Books books =
        new Books(
            Map.of("lamp", stockLeft),
            Map.of("lamp", new BigDecimal("10.00")),
            Map.of("ada", new BigDecimal(moneyLeft)),
            orders,
            undoRows,
            fences);
    return new Audit(options, data, books, outcomes)
        .invariants(counts).stream()
            .filter(each -> !each.holds())
            .map(Invariant::toString)
            .toList();
  }
}
