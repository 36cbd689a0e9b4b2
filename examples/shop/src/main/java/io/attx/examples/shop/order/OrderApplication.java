package io.attx.examples.shop.order;

import io.attx.examples.shop.support.UndoRowsController;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Import;

/** Takes orders. */
@SpringBootApplication
@Import(UndoRowsController.class)
public class OrderApplication {

  /** Starts the service. */
  public static void main(String[] arguments) {
    SpringApplication.run(OrderApplication.class, arguments);
  }
}
