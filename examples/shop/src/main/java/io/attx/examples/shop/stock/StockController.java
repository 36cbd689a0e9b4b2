package io.attx.examples.shop.stock;

import java.math.BigDecimal;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The stock over HTTP. */
@RestController
@RequestMapping("/stock")
public class StockController {

  private final StockService stock;

  StockController(StockService stock) {
    this.stock = stock;
  }

  /** What is asked for. */
  record Take(int quantity) {}

  /** What it costs. */
  record Taken(BigDecimal price) {}

  /** Adds a product. */
  @PostMapping
  void add(@RequestBody Product product) {
    stock.add(product);
  }

  /** Takes some of a product: 409 when there are not enough. */
  @PostMapping("/{sku}/take")
  Taken take(@PathVariable String sku, @RequestBody Take take) {
    return new Taken(stock.take(sku, take.quantity()));
  }
}
