package io.attx.examples.shop.account;

import java.math.BigDecimal;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** Ordinary code over an ordinary table, like that of the stock service. */
@Service
public class AccountService {

  private final JdbcClient jdbc;

  AccountService(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Opens an account. */
  @Transactional
  public void open(Account account) {
    jdbc.sql("INSERT INTO account (name, balance) VALUES (?, ?)")
        .params(account.name(), account.balance())
        .update();
  }

  /**
   * Takes money from an account.
   *
   * @throws BalanceTooLowException when there is not enough
   */
  @Transactional
  public void debit(String name, BigDecimal amount) {
    int changed =
        jdbc.sql("UPDATE account SET balance = balance - ? WHERE name = ? AND balance >= ?")
            .params(amount, name, amount)
            .update();
    if (changed == 0) {
      throw new BalanceTooLowException(name, amount);
    }
  }
}
