package io.attx.examples.shop.order;

import io.attx.spring.annotation.GlobalTransactional;
import java.math.BigDecimal;
import org.springframework.stereotype.Service;

/** Places orders: the one place in the shop that knows of global transactions. */
@Service
public class OrderService {

  private final Orders orders;
  private final RemoteServices remote;

  OrderService(Orders orders, RemoteServices remote) {
    this.orders = orders;
    this.remote = remote;
  }

  /**
   * Writes the order, takes the goods, takes the money. Each step is committed in its own database
   * at once. When a later one fails, its exception leaves this method, and what the earlier ones
   * did is undone in all three.
   */
  @GlobalTransactional(name = "place-order", timeout = "30s")
  public PlacedOrder place(OrderRequest order) {
    long id = orders.add(order);
    BigDecimal price = remote.takeFromStock(order.sku(), order.quantity());
    BigDecimal amount = price.multiply(BigDecimal.valueOf(order.quantity()));
    remote.debit(order.account(), amount);
    orders.paid(id, amount);
    return new PlacedOrder(id, amount);
  }
}
