package io.attx.it.dirty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.attx.GlobalTransactionException;
import io.attx.client.GlobalTransaction;
import io.attx.client.GlobalTransactionOptions;
import io.attx.coordinator.CoordinatorOptions;
import io.attx.coordinator.CoordinatorServer;
import io.attx.databases.DatabaseKind;
import io.attx.databases.SharedServers;
import io.attx.datasource.dirty.DirtyRow;
import io.attx.datasource.dirty.DirtyRowEvent;
import io.attx.it.support.Bank;
import io.attx.undolog.ColumnValue;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Transfers through the proxy, 30 % of which roll back, while others add to the same balances past
 * it. Afterwards every account must be what its history says: no update of anybody is lost. {@code
 * -Dattx.traffic.transfers=N} plays more per thread, {@code -Dattx.seed=S} other ones.
 */
@Timeout(600)
abstract class DirtyTrafficContract {
  private static final int TRANSFERS = Integer.getInteger("attx.traffic.transfers", 40);
  private static final long SEED = Long.getLong("attx.seed", 20_261_120L);

  /** Global locks, deadlocks and lock time-outs. */
  private static final String CONFLICT = "40.*|HYT00|41000|HY000";

  private static final int TELLERS = 3;
  private static final int OUTSIDERS = 2;
  private static final BigDecimal START = new BigDecimal("1000.00");

  private final DatabaseKind kind;
  private final Map<Long, BigDecimal> committed = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<DirtyRowEvent> events = new ConcurrentLinkedQueue<>();
  private final AtomicInteger quarantined = new AtomicInteger();
  private final AtomicInteger decided = new AtomicInteger();

  DirtyTrafficContract(DatabaseKind kind) {
    this.kind = kind;
  }

  @Test
  void counting_loses_no_update_of_anybody() throws Exception {
    try (CoordinatorServer coordinator = coordinator();
        Bank bank = bank(coordinator, "delta(balance),hold")) {
      play(bank, 6);

      awaitNothingLeft(coordinator, bank);
      assertThat(quarantined).hasValue(0);
      assertThat(events).as("some rows were dirty").isNotEmpty();
      assertBalances(bank, 6, Map.of());
    }
  }

  @Test
  void holding_loses_no_conflict_and_one_decision_keeps_all() throws Exception {
    try (CoordinatorServer coordinator = coordinator();
        Bank bank = bank(coordinator, "hold")) {
      play(bank, 120);
      assertThat(quarantined.get()).as("branches in quarantine").isPositive();
      assertThat(coordinator.status(1).join().counts().quarantined()).isEqualTo(quarantined.get());

      // A branch that this frees may be dirty too, and rows may have changed since their report.
      await("all decided, seed " + SEED)
          .atMost(Duration.ofSeconds(60))
          .until(() -> keepAll(coordinator) && nothingHeld(coordinator));
      awaitNothingLeft(coordinator, bank);

      assertBalances(bank, 120, keptByOperator());
    }
  }

  private static CoordinatorServer coordinator() {
    return CoordinatorServer.start(
        CoordinatorOptions.builder().port(0).httpPort(0).inMemory(true).build());
  }

  private Bank bank(CoordinatorServer coordinator, String policy) throws Exception {
    return Bank.open(
            "traffic",
            SharedServers.freshDatabase(kind),
            "127.0.0.1:" + coordinator.port(),
            "",
            options ->
                options
                    .dirtyRows("account", policy)
                    .dirtyRowListener(events::add)
                    .lockWait(Duration.ofMillis(200)))
        .awaitConnected();
  }

  private void play(Bank bank, int accounts) throws Exception {
    for (long id = 0; id < accounts; id++) {
      bank.put(id, "owner " + id, START.toString());
    }
    ExecutorService threads = Executors.newFixedThreadPool(TELLERS + OUTSIDERS);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < TELLERS; i++) {
        Random random = new Random(SEED + i);
        all.add(threads.submit(task(() -> transfer(bank, accounts, random), TRANSFERS)));
      }
      for (int i = 0; i < OUTSIDERS; i++) {
        Random random = new Random(SEED + 100 + i);
        all.add(threads.submit(task(() -> addSomewhere(bank, accounts, random), 2 * TRANSFERS)));
      }
      for (Future<?> one : all) {
        one.get(500, TimeUnit.SECONDS);
      }
    } catch (java.util.concurrent.ExecutionException failure) {
      throw new AssertionError("seed " + SEED, failure);
    } finally {
      threads.shutdownNow();
    }
  }

  private static Callable<Void> task(Callable<Void> once, int times) {
    return () -> {
      for (int i = 0; i < times; i++) {
        once.call();
      }
      return null;
    };
  }

  /** One transfer; a conflict with another one just rolls it back. */
  private Void transfer(Bank bank, int accounts, Random random) throws Exception {
    long from = random.nextInt(accounts);
    long to = (from + 1 + random.nextInt(accounts - 1)) % accounts;
    int amount = 1 + random.nextInt(50);
    boolean commits = random.nextInt(10) >= 3;
    GlobalTransaction tx = bank.client().begin(GlobalTransactionOptions.named("transfer"));
    try {
      add(bank, from, -amount);
      add(bank, to, amount);
      if (commits) {
        tx.commit();
        note(from, BigDecimal.valueOf(-amount));
        note(to, BigDecimal.valueOf(amount));
        return null;
      }
    } catch (SQLException conflict) {
      assertThat(conflict.getSQLState()).as(conflict.toString()).matches(CONFLICT);
    }
    if (random.nextInt(4) == 0) {
      addPastTheProxy(bank, from, random);
    }
    try {
      tx.rollback();
    } catch (GlobalTransactionException held) {
      quarantined.addAndGet(1);
      assertThat(held).hasMessageContaining("quarantine");
    }
    return null;
  }

  /** Each in a local transaction of its own, as two services would. */
  private static void add(Bank bank, long id, int amount) throws SQLException {
    try (Connection connection = bank.dataSource().getConnection()) {
      assertThat(Bank.add(connection, id, String.valueOf(amount))).isEqualTo(1);
    }
  }

  private Void addSomewhere(Bank bank, int accounts, Random random) throws SQLException {
    addPastTheProxy(bank, random.nextInt(accounts), random);
    return null;
  }

  private void addPastTheProxy(Bank bank, long id, Random random) throws SQLException {
    // With a cent, so that no sum of these is by chance what a transfer had taken.
    String amount = (1 + random.nextInt(9)) + ".01";
    try {
      bank.execute("update account set balance = balance + " + amount + " where id = " + id);
      note(id, new BigDecimal(amount));
    } catch (SQLException deadlock) {
      assertThat(deadlock.getSQLState()).as(deadlock.toString()).matches(CONFLICT);
    }
  }

  private void note(long id, BigDecimal amount) {
    committed.merge(id, amount, BigDecimal::add);
  }

  /** What branches in quarantine had done to the rows that a person then left as they were. */
  private Map<Long, BigDecimal> keptByOperator() {
    Map<Long, BigDecimal> kept = new ConcurrentHashMap<>();
    for (DirtyRowEvent event : events) {
      if (!event.held()) {
        assertThat(event.policy()).isEqualTo("operator keep");
        decided.incrementAndGet();
        DirtyRow row = event.row();
        long id = Long.parseLong(text(row.key(), "id"));
        BigDecimal change =
            new BigDecimal(text(row.after(), "balance"))
                .subtract(new BigDecimal(text(row.before(), "balance")));
        kept.merge(id, change, BigDecimal::add);
      }
    }
    assertThat(decided.get()).as("rows kept").isGreaterThanOrEqualTo(quarantined.get());
    return kept;
  }

  private static String text(Map<String, ColumnValue> image, String column) {
    assertThat(image).isNotNull();
    for (Map.Entry<String, ColumnValue> one : image.entrySet()) {
      if (one.getKey().equalsIgnoreCase(column)) {
        return ((ColumnValue.Text) one.getValue()).value();
      }
    }
    throw new AssertionError("no " + column + " in " + image);
  }

  private static boolean keepAll(CoordinatorServer coordinator) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + coordinator.httpPort() + "/api/dirty:resolve"))
            .header("Content-Type", "application/json")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"operator\": \"ada\", \"reason\": \"end of the run\","
                        + " \"action\": \"keep\", \"waitMillis\": 60000}"))
            .build();
    HttpResponse<String> answer =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isLessThan(500);
    return answer.statusCode() < 300;
  }

  private void awaitNothingLeft(CoordinatorServer coordinator, Bank bank) {
    await("no lock left, seed " + SEED)
        .atMost(Duration.ofSeconds(60))
        .until(() -> nothingHeld(coordinator));
    bank.awaitNoUndoRows();
  }

  private static boolean nothingHeld(CoordinatorServer coordinator) {
    return coordinator.status(1).join().counts().locks() == 0;
  }

  private void assertBalances(Bank bank, int accounts, Map<Long, BigDecimal> kept)
      throws SQLException {
    for (long id = 0; id < accounts; id++) {
      BigDecimal expected =
          START
              .add(committed.getOrDefault(id, BigDecimal.ZERO))
              .add(kept.getOrDefault(id, BigDecimal.ZERO));
      assertThat(bank.balance(id))
          .as("account %s, seed %s", id, SEED)
          .isEqualByComparingTo(expected);
    }
  }
}
