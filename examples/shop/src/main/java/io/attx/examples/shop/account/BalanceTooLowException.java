package io.attx.examples.shop.account;

import java.math.BigDecimal;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.ResponseStatus;

/** There is less on the account than asked for. */
@ResponseStatus(HttpStatus.CONFLICT)
public class BalanceTooLowException extends RuntimeException {

  BalanceTooLowException(String name, BigDecimal amount) {
    super("There is less than " + amount + " on the account of " + name);
  }
}
