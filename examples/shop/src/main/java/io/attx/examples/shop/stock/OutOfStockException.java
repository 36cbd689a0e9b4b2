package io.attx.examples.shop.stock;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.ResponseStatus;

/** There are fewer than asked for. */
@ResponseStatus(HttpStatus.CONFLICT)
public class OutOfStockException extends RuntimeException {

  OutOfStockException(String sku, int wanted) {
    super("There are fewer than " + wanted + " of " + sku + " in stock");
  }
}
