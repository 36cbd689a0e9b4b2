package io.attx.examples.shop.order;

import java.math.BigDecimal;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.GeneratedKeyHolder;
import org.springframework.jdbc.support.KeyHolder;
import org.springframework.stereotype.Repository;

/** The table of orders. */
@Repository
public class Orders {

  private final JdbcClient jdbc;

  Orders(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Adds an order and returns the key that the database gave it. */
  long add(OrderRequest order) {
    KeyHolder key = new GeneratedKeyHolder();
    jdbc.sql("INSERT INTO orders (order_no, account, sku, quantity) VALUES (?, ?, ?, ?)")
        .params(order.orderNo(), order.account(), order.sku(), order.quantity())
        .update(key, "id");
    Number id = key.getKey();
    if (id == null) {
      throw new IllegalStateException("The database gave the order " + order.orderNo() + " no key");
    }
    return id.longValue();
  }

  /** Notes that an order is paid. */
  void paid(long id, BigDecimal amount) {
    jdbc.sql("UPDATE orders SET status = 'PAID', amount = ? WHERE id = ?")
        .params(amount, id)
        .update();
  }
}
