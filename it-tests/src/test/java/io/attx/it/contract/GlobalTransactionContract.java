package io.attx.it.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.attx.GlobalTransactionException;
import io.attx.Xid;
import io.attx.client.GlobalTransaction;
import io.attx.client.GlobalTransactionContext;
import io.attx.client.GlobalTransactionOptions;
import io.attx.coordinator.CoordinatorOptions;
import io.attx.coordinator.CoordinatorServer;
import io.attx.coordinator.runtime.CoordinatorStatus;
import io.attx.databases.DatabaseKind;
import io.attx.databases.SharedServers;
import io.attx.datasource.branch.GlobalLockConflictException;
import io.attx.it.support.Bank;
import io.attx.it.support.FaultyDataSource;
import io.attx.it.support.FaultyNetwork;
import io.attx.it.support.Gate;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a global transaction over two databases promises, with the failures that it must survive.
 * The coordinator is real and durable, the databases are real servers; one short subclass per
 * database.
 */
@Timeout(120)
abstract class GlobalTransactionContract {
  private static final String TOKEN = "contract-token";

  /** For servers whose strict mode refuses the default of a column made by CREATE TABLE AS. */
  static final String COPY_OF_UNDO_WITH_TYPES =
      "create table copy_of_undo (cluster bigint, branch_session bigint, branch_number bigint,"
          + " chunk int, xid_session bigint, xid_number bigint, state tinyint, format smallint,"
          + " chunks int, payload longblob, created datetime(3))";

  private static final Predicate<String> UNDO_INSERT =
      sql ->
          sql.toLowerCase(java.util.Locale.ROOT).startsWith("insert into")
              && sql.contains("undo_log");
  private static final Predicate<String> COMMIT = "COMMIT"::equals;

  private final DatabaseKind kind;
  private final ExecutorService others = Executors.newCachedThreadPool();

  @TempDir Path dataDir;
  private GlobalTransactionContext.Scope unbind;
  private CoordinatorServer coordinator;
  private FaultyNetwork network;
  private Bank east;
  private Bank west;

  GlobalTransactionContract(DatabaseKind kind) {
    this.kind = kind;
  }

  @BeforeEach
  void open() throws Exception {
    // What a failed test left bound to this thread must not fail the next one.
    unbind = GlobalTransactionContext.suspend();
    coordinator = startCoordinator();
    network = new FaultyNetwork(coordinator.port());
    east = bank("east");
    west = bank("west");
    for (Bank bank : List.of(east, west)) {
      bank.put(1, "Ada", "100.00");
      bank.put(2, "Bob", "50.00");
      bank.awaitConnected();
    }
  }

  @AfterEach
  void closeAll() throws Exception {
    try {
      unbind.close();
    } catch (IllegalStateException stillBound) {
      // A failed test left its transaction; what was bound before is restored all the same.
    }
    others.shutdownNow();
    east.close();
    west.close();
    network.close();
    coordinator.close();
  }

  private CoordinatorServer startCoordinator() {
    return CoordinatorServer.start(
        CoordinatorOptions.builder()
            .host("127.0.0.1")
            .port(0)
            .dataDir(dataDir)
            .token(TOKEN)
            .build());
  }

  private void restartCoordinator() {
    coordinator.close();
    coordinator = startCoordinator();
    network.retarget(coordinator.port());
  }

  private Bank bank(String name) throws Exception {
    return Bank.open(
        name, SharedServers.freshDatabase(kind), network.address(), TOKEN, options -> options);
  }

  private static GlobalTransactionOptions within(Duration timeout) {
    return GlobalTransactionOptions.named("test").timeout(timeout);
  }

  private <T> CompletableFuture<T> elsewhere(java.util.concurrent.Callable<T> work) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return work.call();
          } catch (Exception e) {
            throw new CompletionException(e);
          }
        },
        others);
  }

  /** What a joined service does: takes part in a transaction that came with a call. */
  private static int joined(Xid xid, Bank bank, long id, String amount) throws SQLException {
    try (var scope = GlobalTransactionContext.join(xid)) {
      return bank.add(id, amount);
    }
  }

  private void awaitNothingLeft() {
    east.awaitNoUndoRows();
    west.awaitNoUndoRows();
    await("no lock and no transaction left")
        .atMost(Duration.ofSeconds(30))
        .until(() -> counts().locks() == 0 && liveTransactions() == 0);
  }

  private CoordinatorStatus.Counts counts() {
    return coordinator.status(1).join().counts();
  }

  private int liveTransactions() {
    CoordinatorStatus.Counts counts = counts();
    return counts.active()
        + counts.commitPending()
        + counts.committing()
        + counts.rollingBack()
        + counts.rolledBack();
  }

  private void assertBalances(String eastOne, String westOne) throws SQLException {
    assertThat(east.balance(1)).isEqualByComparingTo(eastOne);
    assertThat(west.balance(1)).isEqualByComparingTo(westOne);
  }

  @Test
  void a_commit_keeps_what_both_databases_changed_and_leaves_nothing_behind() throws Exception {
    east.client()
        .execute(
            within(Duration.ofSeconds(30)),
            () -> {
              east.add(1, "-10.00");
              Xid xid = GlobalTransactionContext.current().export();
              elsewhere(() -> joined(xid, west, 1, "10.00")).join();
            });

    assertBalances("90.00", "110.00");
    awaitNothingLeft();
    assertBalances("90.00", "110.00");
  }

  @Test
  void an_exception_undoes_what_both_databases_committed_locally() throws Exception {
    List<List<String>> eastBefore = east.dump();
    List<List<String>> westBefore = west.dump();

    assertThatThrownBy(
            () ->
                east.client()
                    .execute(
                        within(Duration.ofSeconds(30)),
                        () -> {
                          east.add(1, "-10.00");
                          Xid xid = GlobalTransactionContext.current().export();
                          elsewhere(() -> joined(xid, west, 1, "10.00")).join();
                          assertBalances("90.00", "110.00");
                          throw new IllegalStateException("no stock");
                        }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no stock")
        .hasNoSuppressedExceptions();

    assertThat(east.dump()).isEqualTo(eastBefore);
    assertThat(west.dump()).isEqualTo(westBefore);
    awaitNothingLeft();
  }

  @Test
  void inserts_updates_and_deletes_of_one_branch_are_undone_together() throws Exception {
    List<List<String>> before = east.dump();

    GlobalTransaction tx = east.client().begin(within(Duration.ofSeconds(30)));
    try (Connection connection = east.dataSource().getConnection()) {
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        assertThat(
                statement.executeUpdate(
                    "insert into account (id, owner, balance) values (3, 'Eve', 1), (4, 'Kim', 2)"))
            .isEqualTo(2);
        assertThat(statement.executeUpdate("update account set balance = balance * 2"))
            .isEqualTo(4);
        assertThat(statement.executeUpdate("delete from account where owner in ('Bob', 'Eve')"))
            .isEqualTo(2);
        assertThat(statement.executeUpdate("update account set note = 'x' where id = 4"))
            .isEqualTo(1);
      }
      try (PreparedStatement batch =
          connection.prepareStatement("update account set note = ? where id = ?")) {
        for (int id : new int[] {1, 4}) {
          batch.setString(1, "batch");
          batch.setLong(2, id);
          batch.addBatch();
        }
        assertThat(batch.executeBatch()).containsExactly(1, 1);
      }
      connection.commit();
    }
    assertThat(east.dump()).hasSize(2).isNotEqualTo(before);
    tx.rollback();

    assertThat(east.dump()).isEqualTo(before);
    awaitNothingLeft();
  }

  @Test
  void a_savepoint_that_is_rolled_back_takes_its_undo_entries_with_it() throws Exception {
    GlobalTransaction tx = east.client().begin(within(Duration.ofSeconds(30)));
    try (Connection connection = east.dataSource().getConnection()) {
      connection.setAutoCommit(false);
      Bank.add(connection, 1, "1.00");
      var savepoint = connection.setSavepoint();
      Bank.add(connection, 2, "1.00");
      connection.rollback(savepoint);
      connection.commit();
    }
    // Nobody else holds the second row, so a local writer past attx may change it and it stays.
    east.execute("update account set balance = 77 where id = 2");
    tx.rollback();

    assertThat(east.balance(1)).isEqualByComparingTo("100.00");
    assertThat(east.balance(2)).isEqualByComparingTo("77.00");
    awaitNothingLeft();
  }

  @Test
  void a_statement_that_cannot_be_undone_is_refused_before_it_executes() throws Exception {
    GlobalTransaction tx = east.client().begin(within(Duration.ofSeconds(30)));
    try (Connection connection = east.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      assertThatThrownBy(() -> statement.execute("truncate table account"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("truncate table account");
      assertThatThrownBy(() -> statement.execute("drop table account"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("drop table account");
    }
    tx.rollback();
    assertThat(east.dump()).hasSize(2);
  }

  @Test
  void a_second_writer_waits_in_line_until_the_first_has_committed() throws Exception {
    GlobalTransaction first = east.client().begin(within(Duration.ofSeconds(30)));
    east.add(1, "-10.00");
    CompletableFuture<Void> second =
        elsewhere(
            () -> {
              east.client()
                  .execute(
                      within(Duration.ofSeconds(30)),
                      () -> {
                        east.add(1, "-5.00");
                      });
              return null;
            });
    await("the second writer waits at the coordinator")
        .atMost(Duration.ofSeconds(10))
        .until(() -> counts().waiting() == 1);
    assertThat(second).isNotDone();

    first.commit();

    second.join();
    assertThat(east.balance(1)).isEqualByComparingTo("85.00");
    awaitNothingLeft();
  }

  @Test
  void a_second_writer_learns_who_is_in_the_way_when_its_wait_is_over() throws Exception {
    GlobalTransaction first = east.client().begin(within(Duration.ofSeconds(60)));
    east.add(1, "-10.00");

    CompletableFuture<Throwable> second =
        elsewhere(
            () -> {
              GlobalTransaction tx = east.client().begin(within(Duration.ofSeconds(60)));
              try {
                east.add(1, "-5.00");
                return null;
              } catch (SQLException e) {
                return e;
              } finally {
                tx.rollback();
              }
            });

    assertThat(second.join())
        .isInstanceOf(GlobalLockConflictException.class)
        .hasMessageContaining(first.xid().toString())
        .message()
        .containsIgnoringCase("account[1]");
    first.commit();
    assertThat(east.balance(1)).isEqualByComparingTo("90.00");
    awaitNothingLeft();
  }

  @Test
  void a_locking_read_sees_only_what_is_globally_committed() throws Exception {
    GlobalTransaction first = east.client().begin(within(Duration.ofSeconds(60)));
    east.add(1, "-10.00");
    CompletableFuture<String> reader =
        elsewhere(
            () -> {
              GlobalTransaction tx = east.client().begin(within(Duration.ofSeconds(60)));
              try (Connection connection = east.dataSource().getConnection()) {
                connection.setAutoCommit(true);
                try (Statement statement = connection.createStatement();
                    ResultSet row =
                        statement.executeQuery(
                            "select balance from account where id = 1 for update")) {
                  row.next();
                  return row.getString(1);
                }
              } finally {
                tx.rollback();
              }
            });
    await("the reader waits at the coordinator")
        .atMost(Duration.ofSeconds(10))
        .until(() -> counts().waiting() == 1);

    first.commit();

    assertThat(reader.join()).isEqualTo("90.00");
    awaitNothingLeft();
  }

  @Test
  void a_transaction_whose_time_is_up_is_rolled_back_and_its_commit_says_so() throws Exception {
    GlobalTransaction tx = east.client().begin(within(Duration.ofMillis(800)));
    east.add(1, "-10.00");
    await("the deadline undoes the branch")
        .atMost(Duration.ofSeconds(20))
        .until(() -> east.balance(1).intValue() == 100);

    assertThatThrownBy(tx::commit).isInstanceOf(GlobalTransactionException.class);
    awaitNothingLeft();
  }

  @Test
  void a_branch_that_arrives_after_its_transaction_was_rolled_back_meets_a_fence()
      throws Exception {
    Gate gate = Gate.before(UNDO_INSERT);
    try (var fault = west.faults().install(gate)) {
      GlobalTransaction tx = east.client().begin(within(Duration.ofSeconds(30)));
      Xid xid = GlobalTransactionContext.current().export();
      CompletableFuture<Integer> late = elsewhere(() -> joined(xid, west, 1, "10.00"));
      gate.awaitReached();
      await("the branch is registered while its undo row is on its way")
          .atMost(Duration.ofSeconds(10))
          .until(() -> counts().branches() == 1);

      tx.rollback();
      assertThat(west.undoRows()).as("the fence").isEqualTo(1);
      gate.open();

      assertThatThrownBy(late::join).hasCauseInstanceOf(SQLException.class);
    }
    assertBalances("100.00", "100.00");
    awaitNothingLeft();
  }

  @Test
  void a_process_paused_between_grant_and_local_commit_cannot_escape_the_rollback()
      throws Exception {
    Gate gate = Gate.before(COMMIT);
    try (var fault = west.faults().install(gate)) {
      GlobalTransaction tx = east.client().begin(within(Duration.ofSeconds(2)));
      Xid xid = GlobalTransactionContext.current().export();
      CompletableFuture<Integer> paused = elsewhere(() -> joined(xid, west, 1, "10.00"));
      gate.awaitReached();
      await("the deadline decides while the process is paused")
          .atMost(Duration.ofSeconds(20))
          .until(() -> counts().rollingBack() == 1);
      gate.open();
      // It was past its last check: it commits locally, and is compensated behind its back.
      paused.handle((count, failure) -> null).join();
      assertThatThrownBy(tx::commit).isInstanceOf(GlobalTransactionException.class);
    }
    await("the escaped commit is undone")
        .atMost(Duration.ofSeconds(30))
        .until(() -> west.balance(1).intValue() == 100);
    awaitNothingLeft();
    assertBalances("100.00", "100.00");
  }

  @Test
  void a_commit_while_a_branch_of_this_process_is_open_rolls_back_and_says_so() throws Exception {
    GlobalTransaction tx = east.client().begin(within(Duration.ofSeconds(30)));
    east.add(1, "-10.00");
    try (Connection open = east.dataSource().getConnection()) {
      open.setAutoCommit(false);
      Bank.add(open, 2, "10.00");

      assertThatThrownBy(tx::commit)
          .isInstanceOf(GlobalTransactionException.class)
          .hasMessageContaining(tx.xid().toString());
      assertThatThrownBy(open::commit).isInstanceOf(SQLException.class);
      open.rollback();
    }
    awaitNothingLeft();
    assertThat(east.balance(1)).isEqualByComparingTo("100.00");
    assertThat(east.balance(2)).isEqualByComparingTo("50.00");
  }

  @Test
  void a_commit_waits_for_a_branch_of_another_process_that_is_still_open() throws Exception {
    Gate gate = Gate.before(COMMIT);
    try (var fault = west.faults().install(gate)) {
      GlobalTransaction tx = east.client().begin(within(Duration.ofSeconds(30)));
      Xid xid = GlobalTransactionContext.current().export();
      east.add(1, "-10.00");
      CompletableFuture<Integer> slow = elsewhere(() -> joined(xid, west, 1, "10.00"));
      gate.awaitReached();
      CompletableFuture<Void> opening =
          elsewhere(
              () -> {
                await("the commit waits for the open branch")
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> counts().commitPending() == 1);
                gate.open();
                return null;
              });

      tx.commit();

      opening.join();
      assertThat(slow.join()).isEqualTo(1);
    }
    assertBalances("90.00", "110.00");
    awaitNothingLeft();
  }

  @Test
  void a_connection_lost_after_the_server_committed_is_undone() throws Exception {
    connectionLostOnCommit(new LostOn(COMMIT, true));
  }

  @Test
  void a_connection_lost_before_the_server_committed_is_undone() throws Exception {
    connectionLostOnCommit(new LostOn(COMMIT, false));
  }

  private void connectionLostOnCommit(LostOn fault) throws Exception {
    GlobalTransaction tx = east.client().begin(within(Duration.ofSeconds(30)));
    east.add(1, "-10.00");
    Xid xid = GlobalTransactionContext.current().export();
    try (var installed = west.faults().install(fault)) {
      assertThatThrownBy(() -> elsewhere(() -> joined(xid, west, 1, "10.00")).join())
          .hasCauseInstanceOf(SQLException.class);
    }

    assertThatThrownBy(tx::commit).isInstanceOf(GlobalTransactionException.class);

    awaitNothingLeft();
    assertBalances("100.00", "100.00");
  }

  /** Breaks once on a text, before or after it reached the server. */
  private static final class LostOn implements FaultyDataSource.Hook {
    private final Predicate<String> matching;
    private final boolean afterwards;
    private final AtomicInteger times = new AtomicInteger();

    private LostOn(Predicate<String> matching, boolean afterwards) {
      this.matching = matching;
      this.afterwards = afterwards;
    }

    @Override
    public void before(String what) throws SQLException {
      if (!afterwards) {
        lose(what);
      }
    }

    @Override
    public void after(String what) throws SQLException {
      if (afterwards) {
        lose(what);
      }
    }

    private void lose(String what) throws SQLException {
      if (matching.test(what) && times.getAndIncrement() == 0) {
        throw new SQLNonTransientConnectionException("connection lost", "08006");
      }
    }
  }

  @Test
  void phase_two_is_repeated_when_its_results_are_lost() throws Exception {
    GlobalTransaction tx = east.client().begin(within(Duration.ofSeconds(30)));
    east.add(1, "-10.00");
    Xid xid = tx.xid();
    Gate gate = Gate.after(COMMIT);
    CompletableFuture<Void> rollback;
    try (var fault = east.faults().install(gate)) {
      rollback =
          elsewhere(
              () -> {
                try (var scope = GlobalTransactionContext.suspend()) {
                  tx.rollback();
                }
                return null;
              });
      // The compensation is committed; its result never arrives.
      gate.awaitReached();
      network.cut(true);
      gate.open();
    }
    network.cut(false);

    rollback.join();
    awaitNothingLeft();
    assertThat(east.balance(1)).as("undone once by %s", xid).isEqualByComparingTo("100.00");
  }

  @Test
  void a_restart_of_the_coordinator_between_the_phases_loses_no_commit() throws Exception {
    GlobalTransaction tx = east.client().begin(within(Duration.ofSeconds(60)));
    east.add(1, "-10.00");
    Xid xid = GlobalTransactionContext.current().export();
    elsewhere(() -> joined(xid, west, 1, "10.00")).join();
    west.crash();
    tx.commit();
    assertThat(west.undoRows()).isEqualTo(1);

    restartCoordinator();
    west.restart();

    awaitNothingLeft();
    assertBalances("90.00", "110.00");
  }

  @Test
  void a_restart_of_the_coordinator_before_the_decision_keeps_locks_and_branches()
      throws Exception {
    GlobalTransaction tx = east.client().begin(within(Duration.ofSeconds(60)));
    east.add(1, "-10.00");
    assertThat(counts().locks()).isPositive();

    restartCoordinator();

    assertThat(counts().locks()).isPositive();
    tx.rollback();
    awaitNothingLeft();
    assertBalances("100.00", "100.00");
  }

  @Test
  void a_service_that_is_down_in_phase_two_is_undone_when_it_is_back() throws Exception {
    GlobalTransaction tx = east.client().begin(within(Duration.ofSeconds(60)));
    east.add(1, "-10.00");
    Xid xid = GlobalTransactionContext.current().export();
    elsewhere(() -> joined(xid, west, 1, "10.00")).join();
    west.crash();
    CompletableFuture<Void> rollback =
        elsewhere(
            () -> {
              tx.rollback();
              return null;
            });
    await("what can be undone is undone at once")
        .atMost(Duration.ofSeconds(10))
        .until(() -> east.balance(1).intValue() == 100);
    assertThat(west.balance(1)).isEqualByComparingTo("110.00");

    west.restart();

    rollback.join();
    awaitNothingLeft();
    assertBalances("100.00", "100.00");
  }

  @Test
  void a_dead_service_leaves_a_transaction_that_ends_by_its_deadline() throws Exception {
    elsewhere(
            () -> {
              east.client().begin(within(Duration.ofSeconds(2)));
              return east.add(1, "-10.00");
            })
        .join();
    east.crash();
    east.restart();
    await("the deadline undoes the branch")
        .atMost(Duration.ofSeconds(30))
        .until(() -> east.balance(1).intValue() == 100);
    awaitNothingLeft();
  }

  @Test
  void an_undo_row_that_a_crash_left_behind_is_swept_on_a_positive_answer() throws Exception {
    east.execute(copyOfUndoTable());
    GlobalTransaction tx = east.client().begin(within(Duration.ofSeconds(30)));
    east.add(1, "-10.00");
    east.execute("insert into copy_of_undo select * from undo_log");
    tx.commit();
    awaitNothingLeft();
    east.execute("insert into undo_log select * from copy_of_undo");
    east.execute(backdateUndo());

    east.crash();
    east.restart();

    awaitNothingLeft();
    assertBalances("90.00", "100.00");
  }

  /** Creates an empty table of the same columns. */
  protected String copyOfUndoTable() {
    return "create table copy_of_undo as select * from undo_log where 1 = 0";
  }

  /** Makes the undo rows look an hour old. */
  protected String backdateUndo() {
    return "update undo_log set created = created - interval '1' hour";
  }

  @Test
  void nothing_is_asked_of_the_coordinator_outside_a_global_transaction() throws Exception {
    network.cut(true);
    try (Connection connection = east.dataSource().getConnection()) {
      connection.setAutoCommit(false);
      assertThat(Bank.add(connection, 1, "5.00")).isEqualTo(1);
      connection.commit();
      connection.setAutoCommit(true);
      try (Statement statement = connection.createStatement()) {
        // No global transaction, so even what attx would refuse is none of its business.
        statement.execute("create table scratch (a int)");
      }
    }
    assertThat(east.balance(1)).isEqualByComparingTo("105.00");
    assertThat(east.undoRows()).isZero();
  }

  @Test
  void without_a_coordinator_begin_fails_clearly_and_works_again_when_it_is_back()
      throws Exception {
    network.cut(true);
    await("the client notices")
        .atMost(Duration.ofSeconds(20))
        .until(() -> !east.client().isConnected());

    assertThatThrownBy(() -> east.client().begin(within(Duration.ofSeconds(5))))
        .isInstanceOf(io.attx.CoordinatorUnavailableException.class)
        .hasMessageContaining(network.address());

    network.cut(false);
    east.awaitConnected();
    east.client().execute(within(Duration.ofSeconds(30)), () -> east.add(1, "1.00"));
    assertThat(east.balance(1)).isEqualByComparingTo("101.00");
    awaitNothingLeft();
  }
}
