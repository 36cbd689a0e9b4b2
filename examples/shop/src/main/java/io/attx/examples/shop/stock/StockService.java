package io.attx.examples.shop.stock;

import java.math.BigDecimal;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * Ordinary code over an ordinary table. Its local transactions commit when its methods return;
 * whether what they did stays is decided by the global transaction of the caller.
 */
@Service
public class StockService {

  private final JdbcClient jdbc;

  StockService(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Adds a product. */
  @Transactional
  public void add(Product product) {
    jdbc.sql("INSERT INTO stock (sku, price, quantity) VALUES (?, ?, ?)")
        .params(product.sku(), product.price(), product.quantity())
        .update();
  }

  /**
   * Takes some of a product out of stock.
   *
   * @return the price of one
   * @throws OutOfStockException when there are not enough
   */
  @Transactional
  public BigDecimal take(String sku, int quantity) {
    int changed =
        jdbc.sql("UPDATE stock SET quantity = quantity - ? WHERE sku = ? AND quantity >= ?")
            .params(quantity, sku, quantity)
            .update();
    if (changed == 0) {
      throw new OutOfStockException(sku, quantity);
    }
    return jdbc.sql("SELECT price FROM stock WHERE sku = ?")
        .param(sku)
        .query(BigDecimal.class)
        .single();
  }
}
