package io.attx.it.dirty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attx.AttxException;
import io.attx.GlobalTransactionException;
import io.attx.client.GlobalTransaction;
import io.attx.client.GlobalTransactionOptions;
import io.attx.coordinator.CoordinatorOptions;
import io.attx.coordinator.CoordinatorServer;
import io.attx.databases.DatabaseKind;
import io.attx.databases.SharedServers;
import io.attx.datasource.AtDataSource;
import io.attx.datasource.AtDataSourceOptions;
import io.attx.datasource.dirty.DirtyRowEvent;
import io.attx.it.support.Bank;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Where policies are declared, which one wins, what is refused at once, and who hears of it. */
@Timeout(120)
class DirtyPolicyDeclarationTest {
  private final ConcurrentLinkedQueue<DirtyRowEvent> events = new ConcurrentLinkedQueue<>();
  private CoordinatorServer coordinator;
  private long next = 1;

  @BeforeEach
  void start() {
    coordinator =
        CoordinatorServer.start(CoordinatorOptions.builder().port(0).inMemory(true).build());
  }

  @AfterEach
  void stop() {
    coordinator.close();
  }

  @Test
  void the_chain_of_the_transaction_and_of_the_table_comes_before_the_general_ones()
      throws Exception {
    try (Bank bank = bank(options -> options.dirtyRows("keep").dirtyRows("account", "restore"))) {
      assertThat(afterConflict(bank, "")).as("data source and table").isEqualTo("100");
      assertThat(afterConflict(bank, "keep")).as("still the table").isEqualTo("100");
      assertThat(afterConflict(bank, "ACCOUNT=keep")).as("transaction and table").isEqualTo("106");
      assertThat(afterConflict(bank, "elsewhere=hold")).as("another service's").isEqualTo("100");
    }
    try (Bank bank = bank(options -> options.dirtyRows("keep"))) {
      assertThat(afterConflict(bank, "")).as("data source").isEqualTo("106");
      assertThat(afterConflict(bank, "delta(balance)")).as("transaction").isEqualTo("101");
    }
    try (Bank bank = bank(options -> options)) {
      assertThat(afterConflict(bank, "")).as("nothing declared").isEqualTo("held 106");
    }
  }

  @Test
  void a_policy_that_does_not_fit_the_database_refuses_the_data_source() throws Exception {
    assertRefused(options -> options.dirtyRows("acount", "hold"), "acount");
    assertRefused(options -> options.dirtyRows("account", "keep(ballance),hold"), "ballance");
    assertRefused(options -> options.dirtyRows("account", "delta(owner),hold"), "owner");
    assertThatThrownBy(() -> GlobalTransactionOptions.defaults().dirty("delta"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> AtDataSourceOptions.builder().dirtyRows("handler(nobody)").build())
        .hasMessageContaining("nobody");
  }

  private void assertRefused(UnaryOperator<AtDataSourceOptions.Builder> options, String part)
      throws Exception {
    try (Bank bank = bank(plain -> plain)) {
      assertThatThrownBy(
              () ->
                  AtDataSource.wrap(
                      bank.faults(),
                      bank.client(),
                      options.apply(AtDataSourceOptions.builder()).build()))
          .isInstanceOf(AttxException.class)
          .hasMessageContaining(part);
    }
  }

  @Test
  void a_data_source_that_was_not_looked_at_refuses_the_first_global_transaction()
      throws Exception {
    try (Bank bank = bank(plain -> plain);
        AtDataSource late =
            AtDataSource.wrapUnstarted(
                bank.faults(),
                bank.client(),
                AtDataSourceOptions.builder().dirtyRows("later", "keep(v),hold").build())) {
      GlobalTransaction tx = bank.client().begin(GlobalTransactionOptions.defaults());
      try (var connection = late.getConnection();
          var statement = connection.createStatement()) {
        assertThatThrownBy(() -> statement.executeUpdate("update account set balance = 1"))
            .hasMessageContaining("later");
      }
      tx.rollback();
      bank.execute("create table later (id int primary key, v int)");
      late.start();
    }
  }

  @Test
  void a_listener_hears_of_settled_and_of_held_rows_and_cannot_change_the_outcome()
      throws Exception {
    try (Bank bank =
        bank(
            options ->
                options
                    .dirtyRowListener(
                        event -> {
                          throw new IllegalStateException("a listener that fails");
                        })
                    .dirtyRowListener(events::add))) {
      assertThat(afterConflict(bank, "delta(balance),hold")).isEqualTo("101");
      assertThat(afterConflict(bank, "")).isEqualTo("held 106");

      assertThat(events)
          .extracting(DirtyRowEvent::policy, DirtyRowEvent::held)
          .containsExactly(
              org.assertj.core.groups.Tuple.tuple("delta", false),
              org.assertj.core.groups.Tuple.tuple("hold", true));
      assertThat(events).allMatch(e -> e.row().table().name().equalsIgnoreCase("account"));
      assertThat(events).extracting(e -> e.row().branch().xid()).doesNotHaveDuplicates();
    }
  }

  @Test
  void a_handler_that_fails_holds_the_branch() throws Exception {
    try (Bank bank =
        bank(
            options ->
                options
                    .dirtyRowHandler(
                        "broken",
                        row -> {
                          throw new IllegalStateException("out of order");
                        })
                    .dirtyRows("handler(broken),keep"))) {
      assertThat(afterConflict(bank, "")).isEqualTo("held 106");
    }
  }

  private Bank bank(UnaryOperator<AtDataSourceOptions.Builder> options) throws Exception {
    return Bank.open(
            "declared",
            SharedServers.freshDatabase(DatabaseKind.H2),
            "127.0.0.1:" + coordinator.port(),
            "",
            options)
        .awaitConnected();
  }

  /** 100, the branch adds 5, somebody else 1: what is there after the rollback. */
  private String afterConflict(Bank bank, String policy) throws Exception {
    long id = next++;
    bank.put(id, "ann", "100");
    GlobalTransaction tx = bank.client().begin(GlobalTransactionOptions.defaults().dirty(policy));
    bank.add(id, "5");
    bank.execute("update account set balance = balance + 1 where id = " + id);
    try {
      tx.rollback();
    } catch (GlobalTransactionException held) {
      return "held " + bank.balance(id).toBigInteger();
    }
    return bank.balance(id).toBigInteger().toString();
  }
}
