package io.attx.examples.shop.order;

import io.attx.examples.shop.order.OrderRefusedException.Reason;
import java.math.BigDecimal;
import java.util.Map;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.RestClient;

/**
 * The stock and the account service. Their requests carry the global transaction; nothing here says
 * so.
 */
@Component
public class RemoteServices {

  private final RestClient stock;
  private final RestClient accounts;

  RemoteServices(
      RestClient.Builder builder,
      @Value("${shop.stock-url}") String stockUrl,
      @Value("${shop.account-url}") String accountUrl) {
    this.stock = builder.clone().baseUrl(stockUrl).build();
    this.accounts = builder.clone().baseUrl(accountUrl).build();
  }

  private record Taken(BigDecimal price) {}

  /** Takes goods out of stock and returns the price of one. */
  BigDecimal takeFromStock(String sku, int quantity) {
    try {
      Taken taken =
          stock
              .post()
              .uri("/stock/{sku}/take", sku)
              .body(Map.of("quantity", quantity))
              .retrieve()
              .body(Taken.class);
      if (taken == null) {
        throw new IllegalStateException("The stock service answered without a price for " + sku);
      }
      return taken.price();
    } catch (HttpClientErrorException refused) {
      throw translate(refused, Reason.OUT_OF_STOCK);
    }
  }

  /** Takes the money. */
  void debit(String account, BigDecimal amount) {
    try {
      accounts
          .post()
          .uri("/accounts/{name}/debit", account)
          .body(Map.of("amount", amount))
          .retrieve()
          .toBodilessEntity();
    } catch (HttpClientErrorException refused) {
      throw translate(refused, Reason.BALANCE_TOO_LOW);
    }
  }

  private static RuntimeException translate(HttpClientErrorException refused, Reason reason) {
    String message = refused.getResponseBodyAsString();
    if (refused.getStatusCode().isSameCodeAs(HttpStatus.CONFLICT)) {
      return new OrderRefusedException(reason, message);
    }
    if (refused.getStatusCode().isSameCodeAs(HttpStatus.LOCKED)) {
      return new RowsBusyException(message);
    }
    return refused;
  }
}
