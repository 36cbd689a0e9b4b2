package io.attx.benchmarks;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.attx.client.AtClient;
import io.attx.client.AtClientOptions;
import io.attx.client.GlobalTransaction;
import io.attx.client.GlobalTransactionOptions;
import io.attx.coordinator.CoordinatorOptions;
import io.attx.coordinator.CoordinatorServer;
import io.attx.databases.DatabaseKind;
import io.attx.databases.DatabaseServer;
import io.attx.databases.DatabaseServerOptions;
import io.attx.datasource.AtDataSource;
import io.attx.datasource.AtDataSourceOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;

/**
 * The end-to-end workloads of the design's cost table: the same business SQL in plain local
 * transactions and in global transactions, in one run on one machine, durable, with client,
 * database and coordinator sharing the processors.
 *
 * <p>Arguments: {@code --database mysql|mariadb|postgresql|h2}, {@code --seconds n} per
 * measurement, {@code --workloads update,hot,…}, {@code --threads n}.
 */
public final class WorkloadBenchmark {
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(30);

  private final DatabaseKind kind;
  private final Duration time;
  private final int threadsOverride;
  private final PrintStream out;

  private WorkloadBenchmark(
      DatabaseKind kind, Duration time, int threadsOverride, PrintStream out) {
    this.kind = kind;
    this.time = time;
    this.threadsOverride = threadsOverride;
    this.out = out;
  }

  /** Runs and prints a table. */
  public static void main(String[] args) throws Exception {
    run(args, System.out);
  }

  static void run(String[] args, PrintStream out) throws Exception {
    DatabaseKind kind = DatabaseKind.MARIADB;
    long seconds = 10;
    int threads = 0;
    List<Workload> workloads = List.of(Workload.values());
    for (int i = 0; i + 1 < args.length; i += 2) {
      String value = args[i + 1];
      switch (args[i]) {
        case "--database" -> kind = DatabaseKind.ofId(value);
        case "--seconds" -> seconds = Long.parseLong(value);
        case "--threads" -> threads = Integer.parseInt(value);
        case "--workloads" ->
            workloads =
                Arrays.stream(value.split(","))
                    .map(name -> Workload.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_')))
                    .toList();
        default -> throw new IllegalArgumentException("unknown argument " + args[i]);
      }
    }
    new WorkloadBenchmark(kind, Duration.ofSeconds(seconds), threads, out).run(workloads);
  }

  private void run(List<Workload> workloads) throws Exception {
    Path data = Files.createTempDirectory("attx-benchmark-");
    try (DatabaseServer server = DatabaseServer.start(DatabaseServerOptions.durable(kind));
        CoordinatorServer coordinator =
            CoordinatorServer.start(
                CoordinatorOptions.builder().host("127.0.0.1").port(0).dataDir(data).build());
        AtClient client =
            AtClient.connect(
                AtClientOptions.builder()
                    .application("benchmark")
                    .coordinators("127.0.0.1:" + coordinator.port())
                    .build())) {
      List<HikariDataSource> pools = new ArrayList<>();
      List<DataSource> wrapped = new ArrayList<>();
      for (String name : List.of("one", "two")) {
        HikariDataSource pool = pool(server, name);
        pools.add(pool);
        Workload.prepare(pool, ddl());
        wrapped.add(
            AtDataSource.wrap(
                pool, client, AtDataSourceOptions.builder().createSchema(true).build()));
      }
      awaitConnected(client);
      out.printf(
          "%s, %d processors, %d s per figure, transactions per second%n",
          kind.id(), Runtime.getRuntime().availableProcessors(), time.toSeconds());
      out.printf(
          "%-16s %8s %8s %7s %9s %9s%n", "workload", "plain", "attx", "ratio", "refused", "p99 ms");
      for (Workload workload : workloads) {
        measure(workload, pools, wrapped, client);
      }
      pools.forEach(HikariDataSource::close);
    } finally {
      deleteTree(data);
    }
  }

  private void measure(
      Workload workload,
      List<? extends DataSource> plain,
      List<DataSource> wrapped,
      AtClient client)
      throws Exception {
    Step local = random -> local(workload, plain, random);
    Step global = random -> global(workload, wrapped, client, random);
    load(workload, local, time.dividedBy(4));
    Figure before = load(workload, local, time);
    load(workload, global, time.dividedBy(2));
    Figure after = load(workload, global, time);
    out.printf(
        "%-16s %8.0f %8.0f %7.2f %9d %9.1f%n",
        workload.label(),
        before.perSecond(),
        after.perSecond(),
        after.perSecond() / before.perSecond(),
        after.refused(),
        after.p99Millis());
  }

  private interface Step {
    void run(ThreadLocalRandom random) throws SQLException;
  }

  private record Figure(double perSecond, long refused, double p99Millis) {}

  private void local(Workload workload, List<? extends DataSource> pools, ThreadLocalRandom random)
      throws SQLException {
    for (int i = 0; i < workload.branches(); i++) {
      inLocalTransaction(workload, pools.get(i), random, workload == Workload.ROLLBACK);
    }
  }

  private static void global(
      Workload workload, List<DataSource> wrapped, AtClient client, ThreadLocalRandom random)
      throws SQLException {
    GlobalTransaction transaction = client.begin(GlobalTransactionOptions.defaults());
    try (transaction) {
      for (int i = 0; i < workload.branches(); i++) {
        inLocalTransaction(workload, wrapped.get(i), random, false);
      }
      if (workload == Workload.ROLLBACK) {
        transaction.rollback();
      } else {
        transaction.commit();
      }
    }
  }

  private static void inLocalTransaction(
      Workload workload, DataSource database, ThreadLocalRandom random, boolean rollBack)
      throws SQLException {
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      try {
        workload.run(connection, random);
        if (rollBack) {
          connection.rollback();
        } else {
          connection.commit();
        }
      } catch (SQLException failure) {
        connection.rollback();
        throw failure;
      }
    }
  }

  private Figure load(Workload workload, Step step, Duration duration) throws Exception {
    int threads = threadsOverride > 0 ? threadsOverride : workload.threads();
    AtomicLong done = new AtomicLong();
    AtomicLong refused = new AtomicLong();
    long start = System.nanoTime();
    long end = start + duration.toNanos();
    List<long[]> times = new ArrayList<>();
    List<Thread> workers = new ArrayList<>();
    List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());
    for (int i = 0; i < threads; i++) {
      long[] micros = new long[200_000];
      times.add(micros);
      Thread worker =
          new Thread(() -> work(step, end, micros, done, refused, failures), "benchmark-" + i);
      workers.add(worker);
      worker.start();
    }
    for (Thread worker : workers) {
      worker.join();
    }
    if (!failures.isEmpty()) {
      throw new IllegalStateException("the workload failed", failures.get(0));
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    long[] all = times.stream().flatMapToLong(Arrays::stream).filter(t -> t > 0).sorted().toArray();
    double p99 = all.length == 0 ? 0 : all[(int) (all.length * 0.99)] / 1000.0;
    return new Figure(done.get() / seconds, refused.get(), p99);
  }

  private static void work(
      Step step,
      long end,
      long[] micros,
      AtomicLong done,
      AtomicLong refused,
      List<Throwable> failures) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    try {
      for (int i = 0; System.nanoTime() < end; i++) {
        long begin = System.nanoTime();
        try {
          step.run(random);
          done.incrementAndGet();
        } catch (SQLTransientException conflict) {
          refused.incrementAndGet();
        }
        micros[i % micros.length] = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - begin);
      }
    } catch (SQLException | RuntimeException failure) {
      failures.add(failure);
    }
  }

  private static HikariDataSource pool(DatabaseServer server, String name) {
    HikariConfig config = new HikariConfig();
    config.setDataSource(server.createDatabase(name).dataSource());
    config.setMaximumPoolSize(40);
    config.setPoolName(name);
    return new HikariDataSource(config);
  }

  private List<String> ddl() {
    String key =
        switch (kind) {
          case MYSQL, MARIADB -> "bigint not null auto_increment primary key";
          case POSTGRESQL, H2 -> "bigint generated by default as identity primary key";
        };
    return List.of(
        "create table account (id int not null primary key, balance bigint not null)",
        "create table entry (id " + key + ", account_id int not null, amount bigint not null)");
  }

  private static void awaitConnected(AtClient client) {
    long end = System.nanoTime() + CONNECT_LIMIT.toNanos();
    while (!client.isConnected()) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("no session within " + CONNECT_LIMIT);
      }
      LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
    }
  }

  private static void deleteTree(Path root) throws IOException {
    try (var files = Files.walk(root)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
