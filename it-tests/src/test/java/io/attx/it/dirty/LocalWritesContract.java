package io.attx.it.dirty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.attx.client.GlobalLock;
import io.attx.client.GlobalTransaction;
import io.attx.client.GlobalTransactionContext;
import io.attx.client.GlobalTransactionOptions;
import io.attx.coordinator.CoordinatorOptions;
import io.attx.coordinator.CoordinatorServer;
import io.attx.databases.DatabaseAddress;
import io.attx.databases.DatabaseKind;
import io.attx.databases.SharedServers;
import io.attx.datasource.LocalWrites;
import io.attx.datasource.branch.GlobalLockConflictException;
import io.attx.datasource.image.StatementRefusedException;
import io.attx.it.support.Bank;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What local transactions of the application may do to rows that a global transaction holds. */
@Timeout(120)
abstract class LocalWritesContract {
  private final DatabaseKind kind;
  private CoordinatorServer coordinator;
  private Bank bank;

  LocalWritesContract(DatabaseKind kind) {
    this.kind = kind;
  }

  @BeforeEach
  void open() throws Exception {
    coordinator = startCoordinator(0);
    bank = bank(LocalWrites.CHECK, Duration.ofMillis(500));
  }

  private static CoordinatorServer startCoordinator(int port) {
    return CoordinatorServer.start(CoordinatorOptions.builder().port(port).inMemory(true).build());
  }

  private Bank bank(LocalWrites mode, Duration lockWait) throws Exception {
    return unconnected(mode, lockWait).awaitConnected();
  }

  private Bank unconnected(LocalWrites mode, Duration lockWait) throws Exception {
    DatabaseAddress database = SharedServers.freshDatabase(kind);
    Bank opened =
        Bank.open(
            "local-writes",
            database,
            "127.0.0.1:" + coordinator.port(),
            "",
            options -> options.localWrites(mode).lockWait(lockWait));
    opened.put(1, "ann", "100");
    opened.put(2, "bob", "50");
    return opened;
  }

  @AfterEach
  void close() {
    bank.close();
    coordinator.close();
  }

  @Test
  void a_local_write_of_a_globally_locked_row_fails_with_the_holder_and_changes_nothing()
      throws Exception {
    try (GlobalTransaction tx = holdingRowOne()) {
      assertThatThrownBy(() -> outside(() -> write("update account set balance = 1 where id = 1")))
          .isInstanceOfSatisfying(
              GlobalLockConflictException.class,
              conflict -> assertThat(conflict.holder()).isEqualTo(tx.xid()))
          .hasMessageContaining("local transaction outside of any global transaction");
      assertThat(bank.balance(1)).isEqualByComparingTo("90");
      assertThatThrownBy(
              () ->
                  outside(
                      () ->
                          together(
                              "update account set balance = 51 where id = 2",
                              "delete from account where id = 1")))
          .isInstanceOf(GlobalLockConflictException.class);
      assertThat(bank.balance(2)).isEqualByComparingTo("50");
      outside(() -> write("update account set balance = 51 where id = 2"));
      tx.rollback();
    }
    assertThat(bank.balance(1)).isEqualByComparingTo("100");
    assertThat(bank.balance(2)).isEqualByComparingTo("51");
    assertNothingHeld();
  }

  @Test
  void a_local_write_waits_for_the_decision_and_then_goes_through() throws Exception {
    bank.close();
    bank = bank(LocalWrites.CHECK, Duration.ofSeconds(60));
    CompletableFuture<Void> writing;
    try (GlobalTransaction tx = holdingRowOne()) {
      writing =
          CompletableFuture.runAsync(
              () ->
                  unchecked(() -> write("update account set balance = balance + 5 where id = 1")));
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> coordinator.status(1).join().counts().waiting() > 0);
      assertThat(writing).isNotDone();
      tx.commit();
    }
    writing.get(60, java.util.concurrent.TimeUnit.SECONDS);
    assertThat(bank.balance(1)).isEqualByComparingTo("95");
    assertNothingHeld();
  }

  @Test
  void a_local_write_repeats_itself_while_the_holder_rolls_back() throws Exception {
    bank.close();
    bank = bank(LocalWrites.CHECK, Duration.ofSeconds(60));
    CompletableFuture<Void> writing;
    try (GlobalTransaction tx = holdingRowOne()) {
      writing =
          CompletableFuture.runAsync(
              () ->
                  unchecked(() -> write("update account set balance = balance + 5 where id = 1")));
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> coordinator.status(1).join().counts().waiting() > 0);
      tx.rollback();
    }
    writing.get(60, java.util.concurrent.TimeUnit.SECONDS);
    assertThat(bank.balance(1)).isEqualByComparingTo("105");
  }

  @Test
  void a_global_lock_scope_checks_what_is_otherwise_allowed() throws Exception {
    bank.close();
    bank = bank(LocalWrites.ALLOW, Duration.ofMillis(300));
    try (GlobalTransaction tx = holdingRowOne()) {
      outside(
          () -> {
            write("update account set owner = 'eve' where id = 1");
            try (GlobalLock.Scope scope = GlobalLock.open()) {
              assertThatThrownBy(() -> write("update account set owner = 'x' where id = 1"))
                  .isInstanceOf(GlobalLockConflictException.class);
              assertThatThrownBy(() -> query("select * from account where id = 1 for update"))
                  .isInstanceOf(GlobalLockConflictException.class);
              assertThat(query("select owner from account where id = 1")).containsExactly("eve");
              assertThatThrownBy(() -> write("create table later (id int primary key)"))
                  .isInstanceOf(StatementRefusedException.class);
              write("update account set owner = 'x' where id = 2");
            }
            assertThat(GlobalLock.isBound()).isFalse();
          });
      tx.commit();
    }
    assertThat(bank.dump()).extracting(row -> row.get(1)).containsExactly("eve", "x");
  }

  @Test
  void what_the_proxy_cannot_follow_runs_unchecked() throws Exception {
    outside(
        () -> {
          write("create table keyless (v int)");
          write("insert into keyless values (1), (2)");
          write("update keyless set v = 3 where v = 1");
        });
    assertThat(bank.dump("keyless", "v")).hasSize(2);
  }

  @Test
  void without_a_coordinator_a_checked_write_fails_and_a_read_does_not() throws Exception {
    bank.close();
    coordinator.close();
    bank = unconnected(LocalWrites.CHECK, Duration.ofMillis(500));
    assertThat(query("select owner from account where id = 1")).containsExactly("ann");
    assertThatThrownBy(() -> write("update account set owner = 'x' where id = 1"))
        .isInstanceOf(SQLTransientException.class);
    assertThat(bank.dump()).extracting(row -> row.get(1)).containsExactly("ann", "bob");
  }

  private GlobalTransaction holdingRowOne() throws SQLException {
    GlobalTransaction tx = bank.client().begin(GlobalTransactionOptions.named("holder"));
    assertThat(bank.add(1, "-10")).isEqualTo(1);
    return tx;
  }

  private interface Work {
    void run() throws Exception;
  }

  /** On this thread, outside of the global transaction that it is in. */
  private static void outside(Work work) throws Exception {
    try (var scope = GlobalTransactionContext.suspend()) {
      work.run();
    }
  }

  private static void unchecked(Work work) {
    try {
      work.run();
    } catch (Exception failure) {
      throw new CompletionException(failure);
    }
  }

  private void write(String sql) throws SQLException {
    try (Connection connection = bank.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }

  private List<String> query(String sql) throws SQLException {
    try (Connection connection = bank.dataSource().getConnection();
        Statement statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return List.of(rows.getString(1));
    }
  }

  private void together(String... texts) throws SQLException {
    try (Connection connection = bank.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      for (String sql : texts) {
        statement.executeUpdate(sql);
      }
      connection.commit();
    }
  }

  private void assertNothingHeld() {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> coordinator.status(1).join().counts().locks() == 0);
  }
}
