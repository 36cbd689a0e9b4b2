package io.attx.datasource.undo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attx.BranchId;
import io.attx.BranchRef;
import io.attx.Xid;
import io.attx.databases.DatabaseAddress;
import io.attx.databases.DatabaseKind;
import io.attx.databases.SharedServers;
import io.attx.datasource.dialect.AtDialect;
import io.attx.datasource.dialect.Dialects;
import io.attx.datasource.undo.UndoStore.FoundRow;
import io.attx.datasource.undo.UndoStore.State;
import io.attx.undolog.ColumnValue;
import io.attx.undolog.RowImage;
import io.attx.undolog.UndoColumn;
import io.attx.undolog.UndoEntry;
import io.attx.undolog.UndoLog;
import io.attx.undolog.UndoTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the undo store promises on every database. */
abstract class UndoStoreContract {
  private final DatabaseKind kind;
  private UndoFixture database;

  UndoStoreContract(DatabaseKind kind) {
    this.kind = kind;
  }

  @BeforeEach
  void freshDatabase() throws SQLException {
    database = UndoFixture.on(kind);
  }

  @Test
  void ofManyFirstUsersOneIdentityWinsAndAllReadIt() throws Exception {
    int users = 8;
    CyclicBarrier start = new CyclicBarrier(users);
    List<String> read =
        inParallel(
            users,
            () -> {
              try (Connection connection = database.address.connect()) {
                UndoStore own = new UndoStore(database.dialect, "undo_log", UndoFixture.LIMITS);
                start.await();
                return own.lockSpaceIdentity(connection);
              }
            });
    assertThat(new HashSet<>(read)).hasSize(1);
    assertThat(read.get(0)).hasSize(36);
    assertThat(database.rows("SELECT identity FROM undo_log_identity"))
        .containsExactly(read.get(0));
  }

  @Test
  void anotherDatabaseHasAnotherIdentity() throws Exception {
    UndoFixture other = UndoFixture.on(kind);
    try (Connection here = database.address.connect();
        Connection there = other.address.connect()) {
      assertThat(database.store.lockSpaceIdentity(here))
          .isNotEqualTo(other.store.lockSpaceIdentity(there));
    }
  }

  @Test
  void manyMayCreateTheTablesAtTheSameTimeAndAgain() throws Exception {
    DatabaseAddress empty = SharedServers.freshDatabase(kind);
    int users = 6;
    CyclicBarrier start = new CyclicBarrier(users);
    inParallel(
        users,
        () -> {
          try (Connection connection = empty.connect()) {
            UndoStore own = new UndoStore(database.dialect, "my_undo", UndoFixture.LIMITS);
            start.await();
            own.createTables(connection);
            return own.lockSpaceIdentity(connection);
          }
        });
    try (Connection connection = empty.connect()) {
      assertThat(UndoFixture.rows(connection, "SELECT count(*) FROM my_undo")).containsExactly("0");
    }
  }

  @Test
  void aMissingTableIsNamedWithTheScriptAndTheOption() throws Exception {
    DatabaseAddress empty = SharedServers.freshDatabase(kind);
    try (Connection connection = empty.connect()) {
      AtDialect dialect = Dialects.find(connection.getMetaData());
      UndoStore store = new UndoStore(dialect, "undo_log", UndoFixture.LIMITS);
      assertThatThrownBy(() -> store.lockSpaceIdentity(connection))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("undo_log does not exist")
          .hasMessageContaining("db/undo_log/" + dialect.id() + "/R__attx_undo_log.sql")
          .hasMessageContaining("createSchema");
      assertThatThrownBy(() -> store.insert(connection, database.newBranch(), smallLog()))
          .hasMessageContaining("createSchema");
    }
  }

  @Test
  void theUndoTableIsFoundWhateverTheSessionDidToItsCurrentSchema() throws Exception {
    try (Connection connection = database.address.connect()) {
      database.store.lockSpaceIdentity(connection);
      otherCurrentSchema(connection);
      database.store.insert(connection, database.newBranch(), smallLog());
    }
    assertThat(database.rows("SELECT count(*) FROM undo_log")).containsExactly("1");
  }

  /** Makes another schema the current one of the session. */
  abstract void otherCurrentSchema(Connection connection) throws SQLException;

  @Test
  void anUndoRowDisappearsWithTheLocalTransactionItBelongsTo() throws Exception {
    try (Connection connection = database.address.connect()) {
      connection.setAutoCommit(false);
      database.store.insert(connection, database.newBranch(), smallLog());
      connection.rollback();
    }
    assertThat(database.rows("SELECT count(*) FROM undo_log")).containsExactly("0");
  }

  @Test
  void aSmallRecordTakesOneRowOfUnderTwoHundredBytes() throws Exception {
    insert(database.newBranch(), smallLog());
    assertThat(
            database.rows(
                "SELECT chunk, state, chunks, xid_session, octet_length(payload) FROM undo_log"))
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row).startsWith("0|0|1|5|");
              assertThat(Integer.parseInt(row.substring(8))).isBetween(40, 200);
            });
  }

  @Test
  void branchesAreCountedAndNotTheirChunksUpToALimit() throws Exception {
    for (int i = 0; i < 3; i++) {
      insert(database.newBranch(), noise(i * 600_000));
    }
    try (Connection connection = database.address.connect()) {
      assertThat(database.store.count(connection, 100)).isEqualTo(3);
      assertThat(database.store.count(connection, 2)).isEqualTo(2);
    }
  }

  @Test
  void aLargeRecordIsCutIntoChunksThatDisappearTogether() throws Exception {
    BranchRef branch = database.newBranch();
    insert(branch, noise(1_000_000));
    assertThat(database.rows("SELECT count(*), min(chunks) FROM undo_log"))
        .containsExactly("11|11");
    delete(List.of(branch), false);
    assertThat(database.rows("SELECT count(*) FROM undo_log")).containsExactly("0");
  }

  @Test
  void aRecordAboveTheLimitIsRefusedByName() throws Exception {
    UndoStore tight =
        new UndoStore(database.dialect, "undo_log", new UndoLimits(50_000, 10_000, 1_000));
    BranchRef branch = database.newBranch();
    try (Connection connection = database.address.connect()) {
      assertThatThrownBy(() -> tight.insert(connection, branch, noise(60_000)))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining(branch.toString())
          .hasMessageContaining("50000 bytes");
    }
  }

  @Test
  void onlyUndoRowsOfTheNamedBranchesAndXidsAreDeletedOnCommit() throws Exception {
    List<BranchRef> gone = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      gone.add(database.newBranch());
      insert(gone.get(i), smallLog());
    }
    BranchRef kept = database.newBranch();
    insert(kept, smallLog());
    BranchRef foreign = database.newBranch();
    insert(foreign, smallLog());
    BranchRef fenced = database.newBranch();
    fence(fenced);
    BranchRef wrongXid = new BranchRef(new Xid(UndoFixture.CLUSTER, 5, 999), foreign.branch());
    List<BranchRef> asked = new ArrayList<>(gone);
    asked.add(wrongXid);
    asked.add(fenced);
    asked.add(database.newBranch());
    delete(asked, false);
    assertThat(database.rows("SELECT branch_number, state FROM undo_log ORDER BY 1"))
        .containsExactly(
            kept.branch().number() + "|0",
            foreign.branch().number() + "|0",
            fenced.branch().number() + "|2");
  }

  @Test
  void onlyMarkersAreDeletedWhenABranchIsForgotten() throws Exception {
    BranchRef live = database.newBranch();
    insert(live, smallLog());
    BranchRef fenced = database.newBranch();
    fence(fenced);
    delete(List.of(live, fenced), true);
    assertThat(database.rows("SELECT branch_number, state FROM undo_log"))
        .containsExactly(live.branch().number() + "|0");
  }

  @Test
  void deletingNothingIsNoError() throws Exception {
    delete(List.of(), false);
    assertThat(database.rows("SELECT count(*) FROM undo_log")).containsExactly("0");
  }

  @Test
  void aFencedBranchCannotInsertItsUndoRowAnyMore() throws Exception {
    BranchRef branch = database.newBranch();
    fence(branch);
    try (Connection connection = database.address.connect()) {
      connection.setAutoCommit(false);
      assertThatThrownBy(() -> database.store.insert(connection, branch, smallLog()))
          .isInstanceOf(BranchFencedException.class)
          .hasMessageContaining(branch.toString());
      connection.rollback();
      assertThatThrownBy(() -> database.store.insert(connection, branch, noise(300_000)))
          .isInstanceOf(BranchFencedException.class);
    }
  }

  @Test
  void oldRowsAreFoundPageByPageEachOnceAndYoungOnesNot() throws Exception {
    Set<BranchRef> all = new HashSet<>();
    for (int i = 0; i < 23; i++) {
      BranchRef branch = database.newBranch();
      all.add(branch);
      insert(branch, i == 7 ? noise(250_000) : smallLog());
    }
    BranchRef fenced = database.newBranch();
    fence(fenced);
    all.add(fenced);
    List<FoundRow> found = new ArrayList<>();
    try (Connection connection = database.address.connect()) {
      Duration inAnHour = Duration.ofHours(-1);
      FoundRow last = null;
      for (List<FoundRow> page = List.of(); last == null || !page.isEmpty(); ) {
        page = database.store.findOlderThan(connection, inAnHour, last, 5);
        assertThat(page.size()).isLessThanOrEqualTo(5);
        found.addAll(page);
        last = found.get(found.size() - 1);
      }
      assertThat(database.store.findOlderThan(connection, Duration.ofHours(1), null, 5)).isEmpty();
    }
    assertThat(found).hasSize(24);
    assertThat(found.stream().map(FoundRow::branch)).containsExactlyInAnyOrderElementsOf(all);
    assertThat(found.stream().filter(row -> row.state() == State.FENCE).map(FoundRow::branch))
        .containsExactly(fenced);
  }

  private void insert(BranchRef branch, UndoLog log) throws SQLException {
    try (Connection connection = database.address.connect()) {
      connection.setAutoCommit(false);
      database.store.insert(connection, branch, log);
      connection.commit();
    }
  }

  private void fence(BranchRef branch) throws SQLException {
    try (Connection connection = database.address.connect()) {
      database.store.fence(connection, branch);
    }
  }

  private void delete(List<BranchRef> branches, boolean markers) throws SQLException {
    try (Connection connection = database.address.connect()) {
      connection.setAutoCommit(false);
      if (markers) {
        database.store.deleteMarkers(connection, branches);
      } else {
        database.store.deleteUndo(connection, branches);
      }
      connection.commit();
    }
  }

  static UndoLog smallLog() {
    return log(new ColumnValue.Text("100"));
  }

  static UndoLog noise(int length) {
    byte[] noise = new byte[length];
    new Random(42).nextBytes(noise);
    return log(new ColumnValue.Bytes(noise));
  }

  private static UndoLog log(ColumnValue value) {
    ColumnValue key = new ColumnValue.Text(new BranchId(1, 1).toString());
    return new UndoLog(
        List.of(
            new UndoEntry(
                UndoEntry.Kind.UPDATE,
                new UndoTable("", "public", "account"),
                List.of(
                    new UndoColumn("id", "bigint", UndoColumn.Role.KEY),
                    new UndoColumn("balance", "bigint", UndoColumn.Role.VALUE)),
                List.of(new RowImage(List.of(key, value))),
                List.of(new RowImage(List.of(key, new ColumnValue.Text("7")))))));
  }

  static <T> List<T> inParallel(int threads, Callable<T> task) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<T>> futures = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        futures.add(pool.submit(task));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> future : futures) {
        results.add(future.get());
      }
      return results;
    } finally {
      pool.shutdownNow();
    }
  }
}
