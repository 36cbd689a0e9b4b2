package io.attx.examples.shop.demo;

import io.attx.examples.shop.order.OrderController;
import io.attx.examples.shop.order.OrderRequest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.json.JsonMapper;

/** Sends orders to the order service. Thread-safe. */
final class OrderClient {

  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final HttpClient http;
  private final URI uri;
  private final JsonMapper json = new JsonMapper();
  private final AtomicInteger repeated = new AtomicInteger();

  OrderClient(HttpClient http, URI orderService) {
    this.http = http;
    this.uri = orderService.resolve("/orders");
  }

  /** How many times an order was sent again. */
  int repeated() {
    return repeated.get();
  }

  /**
   * Sends an order until it is decided. One that certainly does not stand because a process was
   * down is sent again.
   */
  Outcome send(OrderRequest order) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .header("Content-Type", "application/json")
            .timeout(PATIENCE)
            .POST(HttpRequest.BodyPublishers.ofString(json.writeValueAsString(order)))
            .build();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() - deadline < 0) {
      HttpResponse<String> answer;
      try {
        answer = http.send(request, HttpResponse.BodyHandlers.ofString());
      } catch (IOException lost) {
        return Outcome.UNKNOWN;
      }
      if (answer.statusCode() == 201) {
        return Outcome.PLACED;
      }
      String title = json.readTree(answer.body()).path("title").asString("");
      if (!title.equals(OrderController.NOT_PLACED)) {
        return outcome(title, order, answer);
      }
      repeated.incrementAndGet();
      LockSupport.parkNanos(PAUSE.toNanos());
    }
    return Outcome.GIVEN_UP;
  }

  private static Outcome outcome(String title, OrderRequest order, HttpResponse<String> answer) {
    return switch (title) {
      case "OUT_OF_STOCK" -> Outcome.OUT_OF_STOCK;
      case "BALANCE_TOO_LOW" -> Outcome.BALANCE_TOO_LOW;
      case OrderController.UNKNOWN -> Outcome.UNKNOWN;
      default ->
          throw new IllegalStateException(
              "The order service answered "
                  + order.orderNo()
                  + " by "
                  + answer.statusCode()
                  + ": "
                  + answer.body());
    };
  }
}
