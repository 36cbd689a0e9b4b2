package io.attx.examples.shop.stock;

import io.attx.examples.shop.support.BusyRowsAdvice;
import io.attx.examples.shop.support.UndoRowsController;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Import;

/** Knows what is in stock. */
@SpringBootApplication
@Import({BusyRowsAdvice.class, UndoRowsController.class})
public class StockApplication {

  /** Starts the service. */
  public static void main(String[] arguments) {
    SpringApplication.run(StockApplication.class, arguments);
  }
}
