package io.attx.datasource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.attx.GlobalStatus;
import io.attx.GlobalTransactionException;
import io.attx.Xid;
import io.attx.client.AtClient;
import io.attx.client.AtClientOptions;
import io.attx.client.GlobalTransaction;
import io.attx.client.GlobalTransactionContext;
import io.attx.client.GlobalTransactionOptions;
import io.attx.coordinator.CoordinatorOptions;
import io.attx.coordinator.CoordinatorServer;
import io.attx.datasource.branch.GlobalLockConflictException;
import io.attx.datasource.support.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two databases, a client and a real coordinator over the network. */
class EndToEndTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  private CoordinatorServer coordinator;
  private AtClient client;
  private TestDatabase bank;
  private TestDatabase shop;
  private AtDataSource bankSource;
  private AtDataSource shopSource;

  @BeforeEach
  void open() throws SQLException {
    coordinator =
        CoordinatorServer.start(
            CoordinatorOptions.builder().host("127.0.0.1").port(0).inMemory(true).build());
    client =
        AtClient.connect(
            AtClientOptions.builder()
                .application("test")
                .coordinators("127.0.0.1:" + coordinator.port())
                .build());
    bank = new TestDatabase(6);
    shop = new TestDatabase(6);
    bankSource = wrap(bank);
    shopSource = wrap(shop);
    await().atMost(SOON).until(client::isConnected);
  }

  @AfterEach
  void close() {
    bankSource.close();
    shopSource.close();
    client.close();
    coordinator.close();
    bank.close();
    shop.close();
  }

  private AtDataSource wrap(TestDatabase database) {
    return AtDataSource.wrap(
        database.pool(),
        client,
        AtDataSourceOptions.builder().lockWait(Duration.ofSeconds(2)).build());
  }

  @Test
  void a_commit_over_two_databases_keeps_both_changes_and_no_undo_row() throws Exception {
    client.execute(GlobalTransactionOptions.named("buy"), this::buy);
    assertThat(bank.accounts()).first().isEqualTo("1,ann,90.00");
    assertThat(shop.rows("select item, amount from orders")).containsExactly("pen,3");
    assertNothingLeft();
  }

  @Test
  void a_failure_of_the_work_takes_both_changes_back() {
    assertThatThrownBy(
            () ->
                client.execute(
                    GlobalTransactionOptions.named("buy"),
                    () -> {
                      buy();
                      throw new IllegalStateException("no more pens");
                    }))
        .hasMessage("no more pens");
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              assertThat(bank.accounts()).first().isEqualTo("1,ann,100.00");
              assertThat(shop.rows("select * from orders")).isEmpty();
            });
    assertNothingLeft();
  }

  @Test
  void a_conflict_names_the_holder_and_the_loser_may_try_again() throws Exception {
    GlobalTransaction holder = client.begin(GlobalTransactionOptions.defaults());
    update(bankSource, "update account set balance = 1 where id = 1");
    Xid holding = holder.xid();
    CompletableFuture<Throwable> loser =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                client.execute(
                    GlobalTransactionOptions.defaults(),
                    () -> update(bankSource, "update account set balance = 2 where id = 1"));
                return null;
              } catch (Exception failure) {
                return failure;
              }
            });
    assertThat(loser.get(20, TimeUnit.SECONDS))
        .isInstanceOf(GlobalLockConflictException.class)
        .hasMessageContaining(holding.toString());
    holder.commit();
    client.execute(
        GlobalTransactionOptions.defaults(),
        () -> update(bankSource, "update account set balance = 3 where id = 1"));
    assertThat(bank.accounts()).first().isEqualTo("1,ann,3.00");
    assertNothingLeft();
  }

  @Test
  void a_commit_while_a_branch_is_still_open_rolls_back() throws Exception {
    GlobalTransaction transaction = client.begin(GlobalTransactionOptions.defaults());
    update(shopSource, "insert into orders (item, amount) values ('ink', 1)");
    try (Connection open = bankSource.getConnection();
        Statement statement = open.createStatement()) {
      open.setAutoCommit(false);
      statement.executeUpdate("update account set balance = 0 where id = 1");
      assertThatThrownBy(transaction::commit).isInstanceOf(GlobalTransactionException.class);
      assertThatThrownBy(open::commit).isInstanceOf(SQLException.class);
    }
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(shop.rows("select * from orders")).isEmpty());
    assertThat(bank.accounts()).first().isEqualTo("1,ann,100.00");
    assertNothingLeft();
  }

  @Test
  void a_transaction_beyond_its_time_is_taken_back() throws Exception {
    GlobalTransaction transaction =
        client.begin(GlobalTransactionOptions.defaults().timeout(Duration.ofSeconds(1)));
    update(bankSource, "update account set balance = 0 where id = 1");
    await()
        .atMost(SOON)
        .untilAsserted(() -> assertThat(bank.accounts()).first().isEqualTo("1,ann,100.00"));
    assertThatThrownBy(transaction::commit)
        .isInstanceOfSatisfying(
            GlobalTransactionException.class,
            e -> assertThat(e.status()).isIn(GlobalStatus.ROLLING_BACK, GlobalStatus.ROLLED_BACK));
    assertNothingLeft();
  }

  @Test
  void a_joined_thread_takes_part_and_does_not_decide() throws Exception {
    GlobalTransaction transaction = client.begin(GlobalTransactionOptions.defaults());
    Xid exported = GlobalTransactionContext.current().export();
    CompletableFuture<Void> other =
        CompletableFuture.runAsync(
            () -> {
              try (var scope = client.join(exported)) {
                update(shopSource, "insert into orders (item) values ('joined')");
              } catch (SQLException e) {
                throw new IllegalStateException(e);
              }
            });
    other.get(10, TimeUnit.SECONDS);
    assertThat(shop.rows("select item from orders")).containsExactly("joined");
    transaction.rollback();
    assertThat(shop.rows("select item from orders")).isEmpty();
    assertNothingLeft();
  }

  @Test
  void a_statement_is_refused_where_the_local_transaction_belongs_to_another_one()
      throws Exception {
    GlobalTransaction outer = client.begin(GlobalTransactionOptions.named("outer"));
    try (Connection connection = bankSource.getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.executeUpdate("update account set balance = 1 where id = 1");
      try (var suspended = GlobalTransactionContext.suspend()) {
        GlobalTransaction inner = client.begin(GlobalTransactionOptions.named("inner"));
        assertThatThrownBy(
                () -> statement.executeUpdate("update account set balance = 2 where id = 1"))
            .isInstanceOf(SQLException.class)
            .hasMessageContaining("belongs to global transaction " + outer.xid())
            .hasMessageContaining(inner.xid() + " now");
        inner.commit();
      }
      connection.commit();
    }
    outer.commit();
    assertThat(bank.accounts()).first().isEqualTo("1,ann,1.00");
    assertNothingLeft();
  }

  @Test
  void a_transaction_may_wait_longer_for_locks_than_its_data_source_says() throws Exception {
    try (TestDatabase till = new TestDatabase(6);
        AtDataSource impatient =
            AtDataSource.wrap(
                till.pool(),
                client,
                AtDataSourceOptions.builder().lockWait(Duration.ZERO).build())) {
      GlobalTransaction holder = client.begin(GlobalTransactionOptions.defaults());
      update(impatient, "update account set balance = 1 where id = 1");
      CompletableFuture<Void> waiter =
          CompletableFuture.runAsync(
              () -> {
                try {
                  client.execute(
                      GlobalTransactionOptions.defaults().lockWait(SOON),
                      () -> update(impatient, "update account set balance = 2 where id = 1"));
                } catch (SQLException e) {
                  throw new IllegalStateException(e);
                }
              });
      await()
          .atMost(SOON)
          .until(
              () ->
                  waiter.isDone()
                      || coordinator.status(10).get(5, TimeUnit.SECONDS).counts().waiting() > 0);
      holder.commit();
      waiter.get(20, TimeUnit.SECONDS);
      assertThat(till.accounts()).first().isEqualTo("1,ann,2.00");
      await().atMost(SOON).untilAsserted(() -> assertThat(till.undoRows()).isEmpty());
    }
  }

  private void buy() throws SQLException {
    update(bankSource, "update account set balance = balance - 10 where id = 1");
    update(shopSource, "insert into orders (item, amount) values ('pen', 3)");
  }

  private static int update(DataSource source, String sql) throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      return statement.executeUpdate(sql);
    }
  }

  private void assertNothingLeft() {
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              assertThat(bank.undoRows()).isEmpty();
              assertThat(shop.undoRows()).isEmpty();
              var counts = coordinator.status(10).get(5, TimeUnit.SECONDS).counts();
              assertThat(counts.locks()).isZero();
            });
  }
}
