package io.attx.examples.shop.account;

import io.attx.examples.shop.support.BusyRowsAdvice;
import io.attx.examples.shop.support.UndoRowsController;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Import;

/** Knows how much money the customers have. */
@SpringBootApplication
@Import({BusyRowsAdvice.class, UndoRowsController.class})
public class AccountApplication {

  /** Starts the service. */
  public static void main(String[] arguments) {
    SpringApplication.run(AccountApplication.class, arguments);
  }
}
