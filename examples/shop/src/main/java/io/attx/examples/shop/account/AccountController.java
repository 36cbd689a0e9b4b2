package io.attx.examples.shop.account;

import java.math.BigDecimal;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The accounts over HTTP. */
@RestController
@RequestMapping("/accounts")
public class AccountController {

  private final AccountService accounts;

  AccountController(AccountService accounts) {
    this.accounts = accounts;
  }

  /** How much. */
  record Debit(BigDecimal amount) {}

  /** Opens an account. */
  @PostMapping
  void open(@RequestBody Account account) {
    accounts.open(account);
  }

  /** Takes money from an account: 409 when there is not enough. */
  @PostMapping("/{name}/debit")
  void debit(@PathVariable String name, @RequestBody Debit debit) {
    accounts.debit(name, debit.amount());
  }
}
