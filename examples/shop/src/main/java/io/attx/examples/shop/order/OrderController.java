package io.attx.examples.shop.order;

import io.attx.GlobalStatus;
import io.attx.GlobalTransactionException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * Orders over HTTP. Each answer says what is true of the order afterwards, in the field {@code
 * title}.
 */
@RestController
@RequestMapping("/orders")
public class OrderController {

  /** The order does not stand and can be sent again. */
  public static final String NOT_PLACED = "NOT_PLACED";

  /** Whether the order stands has to be looked up. */
  public static final String UNKNOWN = "UNKNOWN";

  private static final Logger LOG = LoggerFactory.getLogger(OrderController.class);
  private static final int ATTEMPTS = 8;
  private static final Duration PAUSE = Duration.ofMillis(20);

  private final OrderService orders;

  OrderController(OrderService orders) {
    this.orders = orders;
  }

  /**
   * Places an order: 201, or 409 when it is refused, or 503.
   *
   * <p>Popular products and busy customers are rows that many orders want at once. An order that
   * waits for one of them while it holds others can be told to give way to one that is being
   * undone; then all of it has been undone, so it is simply done again, after a pause that is
   * different for each.
   */
  @PostMapping
  @ResponseStatus(HttpStatus.CREATED)
  PlacedOrder place(@RequestBody OrderRequest order) {
    for (int attempt = 1; ; attempt++) {
      try {
        return orders.place(order);
      } catch (RowsBusyException | ConcurrencyFailureException busy) {
        if (attempt == ATTEMPTS) {
          throw busy;
        }
        LOG.info("Order {} gives way, attempt {}: {}", order.orderNo(), attempt, busy.getMessage());
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(PAUSE.toNanos() * attempt));
      }
    }
  }

  @ExceptionHandler
  ProblemDetail refused(OrderRefusedException refused) {
    return problem(HttpStatus.CONFLICT, refused.reason().name(), refused);
  }

  /** The commit did not go as asked: rolled back instead, or without an answer. */
  @ExceptionHandler
  ProblemDetail notCommitted(GlobalTransactionException failure) {
    LOG.warn("An order was not committed", failure);
    boolean unknown = failure.status() == GlobalStatus.UNKNOWN;
    return problem(HttpStatus.SERVICE_UNAVAILABLE, unknown ? UNKNOWN : NOT_PLACED, failure);
  }

  /** Anything that fails before the commit: it is never committed then. */
  @ExceptionHandler
  ProblemDetail failed(RuntimeException failure) {
    LOG.warn("An order failed and was not placed", failure);
    return problem(HttpStatus.SERVICE_UNAVAILABLE, NOT_PLACED, failure);
  }

  private static ProblemDetail problem(HttpStatus status, String title, Exception failure) {
    ProblemDetail problem =
        ProblemDetail.forStatusAndDetail(status, String.valueOf(failure.getMessage()));
    problem.setTitle(title);
    return problem;
  }
}
