package io.attx.datasource.branch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.attx.GlobalStatus;
import io.attx.LocalEnd;
import io.attx.Xid;
import io.attx.client.GlobalTransactionContext;
import io.attx.client.GlobalTransactionSynchronization;
import io.attx.client.Participation;
import io.attx.datasource.AtDataSource;
import io.attx.datasource.AtDataSourceOptions;
import io.attx.datasource.image.StatementRefusedException;
import io.attx.datasource.support.InMemoryCoordinator;
import io.attx.datasource.support.Interception;
import io.attx.datasource.support.TestDatabase;
import io.attx.protocol.BranchCommand.Action;
import io.attx.protocol.BranchResult;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A local transaction inside a global transaction, on H2, with a coordinator in memory. */
class BranchTest {
  private static final String BEFORE_1 = "1,ann,100.00";
  private static final String BEFORE_2 = "2,bob,200.00";
  private static final String BEFORE_3 = "3,cid,300.00";

  private TestDatabase database;
  private InMemoryCoordinator coordinator;
  private AtDataSource dataSource;

  @BeforeEach
  void open() throws SQLException {
    database = new TestDatabase(8);
    coordinator = new InMemoryCoordinator();
    dataSource =
        AtDataSource.wrap(
            database.pool(),
            coordinator,
            AtDataSourceOptions.builder()
                .lockWait(Duration.ofSeconds(2))
                .maxBranchRows(100)
                .build());
  }

  @AfterEach
  void close() {
    dataSource.close();
    database.close();
  }

  // ------------------------------------------------------------ commit and rollback

  @Test
  void a_local_commit_registers_the_branch_and_leaves_an_undo_row() throws SQLException {
    Xid xid = coordinator.newXid();
    try (var scope = GlobalTransactionContext.join(xid);
        Connection connection = manual()) {
      update(connection, "update account set balance = balance - 10 where id = 1");
      update(connection, "update account set balance = balance + 10 where id = 2");
      connection.commit();
    }
    assertThat(coordinator.branches).hasSize(1);
    assertThat(coordinator.branches.get(0).end).isEqualTo(LocalEnd.LOCALLY_COMMITTED);
    assertThat(coordinator.branches.get(0).locks).hasSize(2);
    assertThat(coordinator.requests).containsExactly("open", "register");
    assertThat(database.accounts()).containsExactly("1,ann,90.00", "2,bob,210.00", BEFORE_3);
    assertThat(database.undoRows()).hasSize(1);
  }

  @Test
  void a_global_commit_deletes_the_undo_row_and_acknowledges_it() throws Exception {
    Xid xid = change("update account set balance = 1 where id = 1");
    for (CompletableFuture<BranchResult> result : coordinator.commit(xid)) {
      assertThat(result.get(10, TimeUnit.SECONDS).outcome())
          .isEqualTo(BranchResult.Outcome.UNDO_DELETED);
    }
    assertThat(database.undoRows()).isEmpty();
    assertThat(database.accounts()).first().isEqualTo("1,ann,1.00");
  }

  @Test
  void a_global_rollback_restores_every_row_and_leaves_no_marker() throws Exception {
    Xid xid = coordinator.newXid();
    try (var scope = GlobalTransactionContext.join(xid);
        Connection connection = manual()) {
      update(connection, "update account set balance = 1, owner = 'x' where id < 3");
      update(connection, "delete from account where id = 3");
      update(connection, "insert into account values (4, 'new', 4)");
      update(connection, "update account set balance = 5 where id = 4");
      connection.commit();
    }
    List<BranchResult> results = coordinator.rollback(xid);
    assertThat(results)
        .extracting(BranchResult::outcome)
        .containsExactly(BranchResult.Outcome.UNDONE);
    assertThat(database.accounts()).containsExactly(BEFORE_1, BEFORE_2, BEFORE_3);
    assertThat(database.undoRows()).isEmpty();
  }

  @Test
  void a_repeated_rollback_command_reports_success_again() throws Exception {
    Xid xid = change("update account set balance = 1 where id = 1");
    InMemoryCoordinator.Recorded branch = coordinator.branches.get(0);
    for (int i = 0; i < 2; i++) {
      BranchResult result = coordinator.send(branch, Action.ROLLBACK).get(10, TimeUnit.SECONDS);
      assertThat(result.outcome()).isEqualTo(BranchResult.Outcome.UNDONE);
    }
    assertThat(database.accounts()).first().isEqualTo(BEFORE_1);
    assertThat(coordinator.heldBy(xid)).hasSize(1);
  }

  @Test
  void a_branch_rolled_back_before_its_undo_row_arrived_can_never_commit() throws Exception {
    Xid xid = coordinator.newXid();
    try (var scope = GlobalTransactionContext.join(xid);
        Connection connection = manual()) {
      update(connection, "update account set balance = 1 where id = 1");
      InMemoryCoordinator.Recorded branch = coordinator.branches.get(0);
      BranchResult fenced = coordinator.send(branch, Action.ROLLBACK).get(10, TimeUnit.SECONDS);
      assertThat(fenced.outcome()).isEqualTo(BranchResult.Outcome.FENCED);
      assertThatThrownBy(connection::commit)
          .isInstanceOf(SQLException.class)
          .hasMessageContaining(xid.toString());
    }
    assertThat(database.accounts()).first().isEqualTo(BEFORE_1);
    assertThat(database.undoRows()).containsExactly("2");
    assertThat(coordinator.branches.get(0).end).isEqualTo(LocalEnd.FAILED);
  }

  @Test
  void reading_only_sends_nothing_and_writes_nothing() throws SQLException {
    Xid xid = coordinator.newXid();
    try (var scope = GlobalTransactionContext.join(xid);
        Connection connection = manual();
        Statement statement = connection.createStatement()) {
      try (ResultSet rows = statement.executeQuery("select * from account where id = 1")) {
        assertThat(TestDatabase.lines(rows)).containsExactly(BEFORE_1);
      }
      connection.commit();
    }
    assertThat(coordinator.requests).isEmpty();
    assertThat(database.undoRows()).isEmpty();
  }

  @Test
  void a_statement_that_finds_no_row_registers_nothing() throws SQLException {
    Xid xid = coordinator.newXid();
    try (var scope = GlobalTransactionContext.join(xid);
        Connection connection = manual()) {
      assertThat(update(connection, "update account set balance = 0 where id = 99")).isZero();
      connection.commit();
    }
    assertThat(coordinator.requests).doesNotContain("register");
    assertThat(coordinator.branches).allMatch(branch -> branch.end != null);
    assertThat(database.undoRows()).isEmpty();
  }

  @Test
  void a_local_rollback_and_a_close_without_commit_leave_nothing() throws SQLException {
    Xid xid = coordinator.newXid();
    try (var scope = GlobalTransactionContext.join(xid);
        Connection connection = manual()) {
      update(connection, "update account set balance = 1 where id = 1");
      connection.rollback();
      update(connection, "update account set balance = 2 where id = 2");
    }
    assertThat(coordinator.branches)
        .extracting(branch -> branch.end)
        .containsExactly(LocalEnd.FAILED, LocalEnd.FAILED);
    assertThat(database.accounts()).containsExactly(BEFORE_1, BEFORE_2, BEFORE_3);
    assertThat(dataSource.unwrap(AtDataSource.class)).isSameAs(dataSource);
  }

  // ------------------------------------------------------------ savepoints

  @Test
  void going_back_to_a_savepoint_drops_entries_and_locks_behind_it() throws Exception {
    Xid xid = coordinator.newXid();
    try (var scope = GlobalTransactionContext.join(xid);
        Connection connection = manual()) {
      update(connection, "update account set balance = 1 where id = 1");
      Savepoint savepoint = connection.setSavepoint("s");
      update(connection, "update account set balance = 2 where id = 2");
      connection.rollback(savepoint);
      update(connection, "update account set balance = 3 where id = 3");
      connection.commit();
    }
    assertThat(coordinator.heldBy(xid)).hasSize(2);
    database.execute("update account set balance = 222 where id = 2");
    coordinator.rollback(xid);
    assertThat(database.accounts()).containsExactly(BEFORE_1, "2,bob,222.00", BEFORE_3);
  }

  @Test
  void savepoints_as_sql_text_do_the_same() throws Exception {
    Xid xid = coordinator.newXid();
    try (var scope = GlobalTransactionContext.join(xid);
        Connection connection = manual();
        Statement statement = connection.createStatement()) {
      statement.execute("savepoint s");
      statement.executeUpdate("update account set balance = 2 where id = 2");
      statement.execute("rollback to savepoint s");
      statement.executeUpdate("update account set balance = 1 where id = 1");
      statement.execute("commit");
    }
    assertThat(coordinator.heldBy(xid)).hasSize(1);
    assertThat(database.accounts()).containsExactly("1,ann,1.00", BEFORE_2, BEFORE_3);
  }

  // ------------------------------------------------------------ autocommit

  @Test
  void under_autocommit_each_statement_is_a_branch() throws Exception {
    Xid xid = coordinator.newXid();
    try (var scope = GlobalTransactionContext.join(xid);
        Connection connection = dataSource.getConnection()) {
      assertThat(update(connection, "update account set balance = 1 where id = 1")).isEqualTo(1);
      assertThat(update(connection, "delete from account where id = 2")).isEqualTo(1);
      assertThat(connection.getAutoCommit()).isTrue();
    }
    assertThat(coordinator.branches)
        .extracting(branch -> branch.end)
        .containsExactly(LocalEnd.LOCALLY_COMMITTED, LocalEnd.LOCALLY_COMMITTED);
    coordinator.rollback(xid);
    assertThat(database.accounts()).containsExactly(BEFORE_1, BEFORE_2, BEFORE_3);
  }

  @Test
  void under_autocommit_a_statement_is_repeated_when_the_holder_rolls_back() throws Exception {
    Xid holder = change("update account set balance = 1 where id = 1");
    coordinator.rollingBack.add(holder);
    Xid xid = coordinator.newXid();
    CompletableFuture<Integer> count =
        CompletableFuture.supplyAsync(
            () -> {
              try (var scope = GlobalTransactionContext.join(xid);
                  Connection connection = dataSource.getConnection()) {
                return update(connection, "update account set balance = balance + 7 where id = 1");
              } catch (SQLException e) {
                throw new IllegalStateException(e);
              }
            });
    await().until(() -> coordinator.waiting() == 1);
    coordinator.rollback(holder);
    assertThat(count.get(10, TimeUnit.SECONDS)).isEqualTo(1);
    assertThat(database.accounts()).first().isEqualTo("1,ann,107.00");
    assertThat(coordinator.branches)
        .extracting(branch -> branch.end)
        .containsExactly(LocalEnd.LOCALLY_COMMITTED, LocalEnd.FAILED, LocalEnd.LOCALLY_COMMITTED);
  }

  // ------------------------------------------------------------ global locks

  @Test
  void a_lock_conflict_rolls_back_locally_and_names_the_holder() throws Exception {
    Xid holder = change("update account set balance = 1 where id = 1");
    Xid xid = coordinator.newXid();
    try (var scope = GlobalTransactionContext.join(xid);
        Connection connection = manual()) {
      update(connection, "update account set balance = 2 where id = 1");
      update(connection, "update account set balance = 2 where id = 2");
      assertThatThrownBy(connection::commit)
          .isInstanceOfSatisfying(
              GlobalLockConflictException.class,
              conflict -> {
                assertThat(conflict.holder()).isEqualTo(holder);
                assertThat(conflict.xid()).isEqualTo(xid);
              })
          .isInstanceOf(SQLTransientException.class)
          .hasMessageContaining("ACCOUNT[1]")
          .hasMessageContaining(holder.toString());
      update(connection, "update account set balance = 3 where id = 3");
      connection.commit();
    }
    assertThat(database.accounts()).containsExactly("1,ann,1.00", BEFORE_2, "3,cid,3.00");
  }

  @Test
  void a_waiting_branch_goes_on_as_soon_as_the_holder_has_ended() throws Exception {
    Xid holder = change("update account set balance = 1 where id = 1");
    Xid xid = coordinator.newXid();
    CompletableFuture<Void> committed =
        CompletableFuture.runAsync(
            () -> {
              try (var scope = GlobalTransactionContext.join(xid);
                  Connection connection = manual()) {
                update(connection, "update account set balance = balance + 1 where id = 1");
                connection.commit();
              } catch (SQLException e) {
                throw new IllegalStateException(e);
              }
            });
    await().until(() -> coordinator.waiting() == 1);
    coordinator.commit(holder);
    committed.get(10, TimeUnit.SECONDS);
    assertThat(database.accounts()).first().isEqualTo("1,ann,2.00");
  }

  @Test
  void select_for_update_checks_the_locks_and_takes_none() throws Exception {
    Xid xid = coordinator.newXid();
    try (var scope = GlobalTransactionContext.join(xid);
        Connection connection = manual();
        Statement statement = connection.createStatement()) {
      try (ResultSet rows =
          statement.executeQuery("select * from account where id = 1 for update")) {
        assertThat(TestDatabase.lines(rows)).containsExactly(BEFORE_1);
      }
      connection.commit();
    }
    assertThat(coordinator.requests).containsExactly("check");
    assertThat(coordinator.heldBy(xid)).isEmpty();
  }

  @Test
  void select_for_update_is_refused_while_another_transaction_may_still_roll_back()
      throws Exception {
    Xid holder = change("update account set balance = 1 where id = 1");
    try (var scope = GlobalTransactionContext.join(coordinator.newXid());
        Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      assertThatThrownBy(
              () -> statement.executeQuery("select * from account where id = 1 for update"))
          .isInstanceOf(GlobalLockConflictException.class)
          .hasMessageContaining(holder.toString());
      coordinator.commit(holder);
      try (ResultSet rows =
          statement.executeQuery("select balance from account where id = 1 for update")) {
        assertThat(TestDatabase.lines(rows)).containsExactly("1.00");
      }
      assertThat(connection.getAutoCommit()).isTrue();
    }
  }

  // ------------------------------------------------------------ refusals and poison

  @Test
  void what_cannot_be_undone_is_refused_before_it_executes() throws Exception {
    try (var scope = GlobalTransactionContext.join(coordinator.newXid());
        Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      for (String sql :
          List.of(
              "truncate table account",
              "drop table account",
              "call 1",
              "merge into account key (id) values (1,'x',1)")) {
        assertThatThrownBy(() -> statement.execute(sql))
            .as(sql)
            .isInstanceOf(StatementRefusedException.class)
            .hasMessageContaining(sql);
      }
      try (var call = connection.prepareCall("call 1")) {
        assertThatThrownBy(call::execute).isInstanceOf(StatementRefusedException.class);
      }
      try (Statement updatable =
          connection.createStatement(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_UPDATABLE)) {
        assertThatThrownBy(() -> updatable.executeQuery("select * from account"))
            .isInstanceOf(StatementRefusedException.class);
      }
    }
    assertThat(database.accounts()).containsExactly(BEFORE_1, BEFORE_2, BEFORE_3);
  }

  @Test
  void a_batch_with_one_refused_text_executes_none() throws Exception {
    try (var scope = GlobalTransactionContext.join(coordinator.newXid());
        Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.addBatch("update account set balance = 1 where id = 1");
      statement.addBatch("truncate table account");
      assertThatThrownBy(statement::executeBatch).isInstanceOf(StatementRefusedException.class);
    }
    assertThat(database.accounts()).containsExactly(BEFORE_1, BEFORE_2, BEFORE_3);
  }

  @Test
  void a_statement_beyond_the_limit_of_rows_is_refused_and_the_transaction_goes_on()
      throws Exception {
    Xid xid = coordinator.newXid();
    try (var scope = GlobalTransactionContext.join(xid);
        Connection connection = manual()) {
      for (int i = 0; i < 100; i++) {
        update(connection, "update account set balance = " + (i + 7) + " where id = 1");
      }
      assertThatThrownBy(() -> update(connection, "update account set balance = 1 where id = 2"))
          .isInstanceOf(StatementRefusedException.class)
          .hasMessageContainingAll("101 imaged rows", "maxBranchRows of 100");
      connection.commit();
    }
    assertThat(database.accounts()).containsExactly("1,ann,106.00", BEFORE_2, BEFORE_3);
    coordinator.rollback(xid);
    assertThat(database.accounts()).containsExactly(BEFORE_1, BEFORE_2, BEFORE_3);
  }

  /** The size of an inserted row is known when it is read back: too late to refuse it. */
  private void poison(Connection connection) {
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 2_000; i++) {
                update(connection, "insert into orders (item) values ('item " + i + "')");
              }
            })
        .hasMessageContainingAll("maxBranchBytes 1024", "can only be rolled back");
  }

  private void allowFewBytes() {
    dataSource.close();
    dataSource =
        AtDataSource.wrap(
            database.pool(),
            coordinator,
            AtDataSourceOptions.builder().maxBranchBytes(1_024).build());
  }

  @Test
  void a_branch_beyond_its_limit_of_bytes_can_only_roll_back() throws Exception {
    allowFewBytes();
    try (var scope = GlobalTransactionContext.join(coordinator.newXid());
        Connection connection = manual()) {
      poison(connection);
      assertThatThrownBy(() -> update(connection, "delete from account where id = 3"))
          .hasMessageContaining("can only be rolled back");
      assertThatThrownBy(connection::commit).hasMessageContaining("can only be rolled back");
    }
    assertThat(database.rows("select * from orders")).isEmpty();
  }

  @Test
  void a_failed_statement_is_dropped_and_the_transaction_goes_on() throws Exception {
    Xid xid = coordinator.newXid();
    try (var scope = GlobalTransactionContext.join(xid);
        Connection connection = manual()) {
      update(connection, "update account set balance = 1 where id = 1");
      assertThatThrownBy(() -> update(connection, "insert into account values (2, 'dup', 0)"))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("23505"));
      connection.commit();
    }
    assertThat(coordinator.heldBy(xid)).hasSize(1);
    coordinator.rollback(xid);
    assertThat(database.accounts()).containsExactly(BEFORE_1, BEFORE_2, BEFORE_3);
  }

  @Test
  void a_coordinator_that_is_away_makes_changes_fail_before_they_execute() throws Exception {
    coordinator.down = true;
    try (var scope = GlobalTransactionContext.join(coordinator.newXid());
        Connection connection = dataSource.getConnection()) {
      assertThatThrownBy(() -> update(connection, "delete from account"))
          .isInstanceOf(SQLTransientException.class)
          .hasMessageContaining("coordinator");
      assertThat(connection.getAutoCommit()).isTrue();
    }
    assertThat(database.accounts()).hasSize(3);
  }

  @Test
  void a_coordinator_that_goes_away_before_the_grant_rolls_back_locally() throws Exception {
    try (var scope = GlobalTransactionContext.join(coordinator.newXid());
        Connection connection = manual()) {
      update(connection, "delete from account");
      coordinator.down = true;
      assertThatThrownBy(connection::commit)
          .isInstanceOf(SQLTransientException.class)
          .hasMessageContaining("no answer from the coordinator");
    }
    assertThat(database.accounts()).hasSize(3);
    assertThat(database.undoRows()).isEmpty();
    assertThat(coordinator.branches.get(0).end).isEqualTo(LocalEnd.FAILED);
  }

  @Test
  void a_grant_that_arrives_behind_the_deadline_is_not_used() throws Exception {
    coordinator.granted = Duration.ZERO;
    try (var scope = GlobalTransactionContext.join(coordinator.newXid());
        Connection connection = manual()) {
      update(connection, "delete from account where id = 1");
      assertThatThrownBy(connection::commit).hasMessageContaining("time of the global transaction");
    }
    assertThat(database.accounts()).hasSize(3);
    assertThat(coordinator.branches.get(0).end).isEqualTo(LocalEnd.FAILED);
  }

  @Test
  void a_decided_transaction_cancels_its_running_statement_and_forbids_the_commit()
      throws Exception {
    Xid xid = coordinator.newXid();
    try (var scope = GlobalTransactionContext.join(xid);
        Connection connection = manual()) {
      update(connection, "update account set balance = 1 where id = 1");
      CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS)
          .execute(
              () ->
                  coordinator
                      .manager(coordinator.resources().get(0))
                      .decided(xid, GlobalStatus.ROLLING_BACK));
      assertThatThrownBy(
              () -> runFor(connection, "select sum(x % 7) from system_range(1, 1000000000000)"))
          .hasMessageContaining("can only be rolled back")
          .hasMessageContaining("ROLLING_BACK");
      assertThatThrownBy(connection::commit).hasMessageContaining("ROLLING_BACK");
    }
    assertThat(database.accounts()).containsExactly(BEFORE_1, BEFORE_2, BEFORE_3);
  }

  @Test
  void at_the_deadline_the_running_statement_is_cancelled() throws Exception {
    BranchSettings settings =
        new BranchSettings(
            "undo_log",
            true,
            Duration.ofSeconds(1),
            10,
            10_000,
            Set.of(),
            Set.of(),
            Duration.ofDays(1),
            io.attx.datasource.dirty.DirtySettings.NONE);
    long deadline = System.nanoTime() + Duration.ofMillis(400).toNanos();
    try (DataSourceBranches branches =
            new DataSourceBranches(database.pool(), coordinator, settings);
        Connection physical = database.pool().getConnection();
        Statement statement = physical.createStatement()) {
      branches.start();
      physical.setAutoCommit(false);
      LocalBranch branch =
          branches.get().branch(new Timed(coordinator.newXid(), deadline), physical);
      branch.runs(statement);
      assertThatThrownBy(
              () -> statement.executeQuery("select sum(x % 7) from system_range(1, 1000000000000)"))
          .isInstanceOf(SQLException.class);
      branch.runs(null);
      assertThatThrownBy(branch::commit).hasMessageContaining("time of the global transaction");
    }
  }

  private record Timed(Xid xid, long deadline) implements Participation {
    @Override
    public Xid export() {
      return xid;
    }

    @Override
    public void register(GlobalTransactionSynchronization synchronization) {}

    @Override
    public Duration lockWait() {
      return null;
    }

    @Override
    public void setRollbackOnly() {}

    @Override
    public boolean isRollbackOnly() {
      return false;
    }

    @Override
    public long remainingNanos() {
      return deadline - System.nanoTime();
    }
  }

  @Test
  void a_connection_lost_on_commit_is_reported_as_unknown_and_never_used_again() throws Exception {
    endOfCommit("08006", LocalEnd.UNKNOWN, "it is not known whether");
  }

  @Test
  void a_commit_that_the_database_refused_is_reported_as_failed() throws Exception {
    endOfCommit("23503", LocalEnd.FAILED, "made to fail");
  }

  private void endOfCommit(String state, LocalEnd expected, String message) throws Exception {
    AtomicBoolean armed = new AtomicBoolean();
    DataSource failing =
        Interception.after(
            DataSource.class,
            database.pool(),
            "getConnection",
            connection ->
                Interception.before(
                    Connection.class,
                    connection,
                    "commit",
                    () -> {
                      if (armed.get()) {
                        throw new SQLException("made to fail", state);
                      }
                    }));
    try (AtDataSource wrapped =
            AtDataSource.wrap(failing, coordinator, AtDataSourceOptions.defaults());
        var scope = GlobalTransactionContext.join(coordinator.newXid());
        Connection connection = wrapped.getConnection()) {
      connection.setAutoCommit(false);
      update(connection, "update account set balance = 1 where id = 1");
      armed.set(true);
      assertThatThrownBy(connection::commit).hasMessageContaining(message);
      assertThat(connection.isClosed()).isEqualTo(expected == LocalEnd.UNKNOWN);
    }
    assertThat(coordinator.branches.get(0).end).isEqualTo(expected);
    assertThat(database.accounts()).first().isEqualTo(BEFORE_1);
  }

  @Test
  void going_back_to_a_savepoint_takes_the_poison_of_a_later_statement_away() throws Exception {
    allowFewBytes();
    Xid xid = coordinator.newXid();
    try (var scope = GlobalTransactionContext.join(xid);
        Connection connection = manual()) {
      update(connection, "update account set balance = 1 where id = 1");
      Savepoint savepoint = connection.setSavepoint();
      poison(connection);
      connection.rollback(savepoint);
      connection.commit();
    }
    assertThat(coordinator.heldBy(xid)).hasSize(1);
    coordinator.rollback(xid);
    assertThat(database.accounts()).containsExactly(BEFORE_1, BEFORE_2, BEFORE_3);
  }

  @Test
  void a_savepoint_behind_the_poison_is_refused_because_it_would_seem_to_be_the_cure()
      throws Exception {
    allowFewBytes();
    try (var scope = GlobalTransactionContext.join(coordinator.newXid());
        Connection connection = manual()) {
      poison(connection);
      assertThatThrownBy(connection::setSavepoint).hasMessageContaining("can only be rolled back");
      assertThatThrownBy(() -> connection.setSavepoint("s"))
          .hasMessageContaining("can only be rolled back");
      assertThatThrownBy(connection::commit).hasMessageContaining("can only be rolled back");
    }
    assertThat(database.accounts()).containsExactly(BEFORE_1, BEFORE_2, BEFORE_3);
  }

  @Test
  void an_untracked_table_is_neither_locked_nor_undone() throws Exception {
    dataSource.close();
    dataSource =
        AtDataSource.wrap(
            database.pool(),
            coordinator,
            AtDataSourceOptions.builder().untrackedTables("Orders").build());
    Xid xid = coordinator.newXid();
    try (var scope = GlobalTransactionContext.join(xid);
        Connection connection = manual()) {
      update(connection, "insert into orders (item) values ('id')");
      update(connection, "update account set balance = 1 where id = 1");
      connection.commit();
    }
    assertThat(coordinator.heldBy(xid)).hasSize(1);
    coordinator.rollback(xid);
    assertThat(database.rows("select item from orders")).containsExactly("id");
    assertThat(database.accounts()).first().isEqualTo(BEFORE_1);
  }

  @Test
  void one_row_changed_twice_is_locked_once() throws Exception {
    Xid xid = coordinator.newXid();
    try (var scope = GlobalTransactionContext.join(xid);
        Connection connection = manual()) {
      update(connection, "update account set balance = 1 where id = 1");
      update(connection, "delete from account where id = 1");
      connection.commit();
    }
    assertThat(coordinator.branches.get(0).locks)
        .extracting(lock -> lock.key() + " " + lock.mode())
        .containsExactly("PUBLIC.ACCOUNT[1] EXCLUSIVE");
  }

  // ------------------------------------------------------------ membership

  @Test
  void joining_in_the_middle_of_a_local_transaction_that_wrote_is_refused() throws Exception {
    try (Connection connection = manual()) {
      update(connection, "update account set balance = 1 where id = 1");
      try (var scope = GlobalTransactionContext.join(coordinator.newXid())) {
        assertThatThrownBy(() -> update(connection, "update account set balance = 2 where id = 2"))
            .hasMessageContaining("cannot be joined in the middle");
      }
      connection.commit();
    }
    assertThat(coordinator.requests).isEmpty();
    assertThat(database.accounts()).containsExactly("1,ann,1.00", BEFORE_2, BEFORE_3);
  }

  @Test
  void membership_stays_with_the_connection_until_the_local_transaction_ends() throws Exception {
    Xid xid = coordinator.newXid();
    try (Connection connection = manual()) {
      try (var scope = GlobalTransactionContext.join(xid)) {
        update(connection, "update account set balance = 1 where id = 1");
      }
      update(connection, "update account set balance = 2 where id = 2");
      connection.commit();
      update(connection, "update account set balance = 3 where id = 3");
      connection.commit();
    }
    assertThat(coordinator.branches).hasSize(1);
    coordinator.rollback(xid);
    assertThat(database.accounts()).containsExactly(BEFORE_1, BEFORE_2, "3,cid,3.00");
  }

  // ------------------------------------------------------------ what is left behind

  @Test
  void the_sweep_deletes_only_what_is_known_to_be_committed() throws Exception {
    dataSource.close();
    dataSource =
        AtDataSource.wrap(
            database.pool(),
            coordinator,
            AtDataSourceOptions.builder().sweepAge(Duration.ofSeconds(1)).build());
    change("update account set balance = 1 where id = 1");
    change("update account set balance = 2 where id = 2");
    change("update account set balance = 3 where id = 3");
    coordinator.fates.put(coordinator.branches.get(0).ref, io.attx.protocol.BranchFate.COMMITTED);
    coordinator.fates.put(coordinator.branches.get(1).ref, io.attx.protocol.BranchFate.ROLLED_BACK);
    await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(300))
        .untilAsserted(
            () -> {
              coordinator.manager(coordinator.resources().get(0)).connected();
              assertThat(database.undoRows()).hasSize(1);
            });
    assertThat(database.accounts()).containsExactly("1,ann,1.00", BEFORE_2, "3,cid,3.00");
  }

  @Test
  void a_dirty_row_quarantines_the_branch_and_changes_nothing() throws Exception {
    Xid xid = change("update account set balance = 1 where id < 3");
    database.execute("update account set balance = 77 where id = 2");
    List<BranchResult> results = coordinator.rollback(xid);
    assertThat(results.get(0).outcome()).isEqualTo(BranchResult.Outcome.QUARANTINED);
    assertThat(results.get(0).detail()).contains("77");
    assertThat(database.accounts()).containsExactly("1,ann,1.00", "2,bob,77.00", BEFORE_3);
  }

  // ------------------------------------------------------------ helpers

  private Xid change(String sql) throws SQLException {
    Xid xid = coordinator.newXid();
    try (var scope = GlobalTransactionContext.join(xid);
        Connection connection = dataSource.getConnection()) {
      update(connection, sql);
    }
    return xid;
  }

  private static List<String> runFor(Connection connection, String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet rows = statement.executeQuery()) {
      return TestDatabase.lines(rows);
    }
  }

  private Connection manual() throws SQLException {
    Connection connection = dataSource.getConnection();
    connection.setAutoCommit(false);
    return connection;
  }

  private static int update(Connection connection, String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      return statement.executeUpdate();
    }
  }
}
