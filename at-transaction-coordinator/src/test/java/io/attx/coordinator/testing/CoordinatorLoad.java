package io.attx.coordinator.testing;

import io.attx.AttxException;
import io.attx.BranchId;
import io.attx.Xid;
import io.attx.coordinator.CoordinatorOptions;
import io.attx.coordinator.CoordinatorServer;
import io.attx.protocol.BranchGranted;
import io.attx.protocol.Request;
import io.attx.protocol.Response;
import io.attx.protocol.TransactionOutcome;
import io.attx.transport.RpcClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures the coordinator alone: connections that keep many global transactions of two branches
 * under way (register twice, then commit, each answered when durable, then phase two). Arguments:
 * connections, transactions under way per connection, seconds, data directory (or {@code memory}),
 * and optionally the port of a coordinator that runs already.
 */
public final class CoordinatorLoad {
  private static final long MAX_SAMPLES = 5_000_000;

  private final AtomicLong done = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final AtomicInteger samples = new AtomicInteger();
  private final long[] nanos = new long[(int) MAX_SAMPLES];
  private volatile boolean measuring;
  private volatile boolean stopping;

  private CoordinatorLoad() {}

  public static void main(String[] arguments) throws Exception {
    int connections = Integer.parseInt(arguments[0]);
    int underWay = Integer.parseInt(arguments[1]);
    int seconds = Integer.parseInt(arguments[2]);
    boolean memory = arguments[3].equals("memory");
    if (arguments.length > 4) {
      new CoordinatorLoad().run(Integer.parseInt(arguments[4]), connections, underWay, seconds);
      return;
    }
    Path data = memory ? Path.of("unused") : Files.createDirectories(Path.of(arguments[3]));
    CoordinatorOptions options =
        CoordinatorOptions.builder().port(0).dataDir(data).inMemory(memory).build();
    try (CoordinatorServer server = CoordinatorServer.start(options)) {
      new CoordinatorLoad().run(server.port(), connections, underWay, seconds);
      System.out.println(server.status(0).get().counts());
    }
  }

  private void run(int port, int connections, int underWay, int seconds) throws Exception {
    List<WireClient> clients = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      WireClient client = WireClient.open(port, "", true);
      clients.add(client);
      for (int j = 0; j < underWay; j++) {
        new Loop(client, i + "-" + j).next();
      }
    }
    LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(Math.max(3, seconds / 2)));
    measuring = true;
    long startDone = done.get();
    long start = System.nanoTime();
    LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(seconds));
    measuring = false;
    double took = (System.nanoTime() - start) / 1e9;
    long count = done.get() - startDone;
    stopping = true;
    LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
    long[] sorted = Arrays.copyOf(nanos, Math.min(samples.get(), nanos.length));
    Arrays.sort(sorted);
    System.out.printf(
        "%d connections x %d: %.0f transactions/s, p50 %.2f ms, p99 %.2f ms, failed %d%n",
        connections,
        underWay,
        count / took,
        sorted[sorted.length / 2] / 1e6,
        sorted[(int) (sorted.length * 0.99)] / 1e6,
        failed.get());
    clients.forEach(WireClient::close);
  }

  /** One transaction after the other. */
  private final class Loop {
    private final WireClient client;
    private final String row;
    private long started;
    private int granted;

    Loop(WireClient client, String row) {
      this.client = client;
      this.row = row;
    }

    void next() {
      if (stopping) {
        return;
      }
      started = System.nanoTime();
      granted = 0;
      Xid xid = client.newXid();
      BranchId one = client.newBranch();
      BranchId two = client.newBranch();
      call(client.register(xid, one, true, row + "a"), answer -> granted(answer, xid, one, two));
      call(client.register(xid, two, false, row + "b"), answer -> granted(answer, xid, one, two));
    }

    private void granted(Response answer, Xid xid, BranchId one, BranchId two) {
      if (!(answer instanceof BranchGranted)) {
        failed.incrementAndGet();
        return;
      }
      if (++granted == 2) {
        call(client.commit(xid, one, two), this::committed);
      }
    }

    private void committed(Response answer) {
      if (!(answer instanceof TransactionOutcome)) {
        failed.incrementAndGet();
        return;
      }
      done.incrementAndGet();
      if (measuring) {
        int sample = samples.getAndIncrement();
        if (sample < nanos.length) {
          nanos[sample] = System.nanoTime() - started;
        }
      }
      next();
    }

    private void call(Request request, java.util.function.Consumer<Response> then) {
      client.send(
          request,
          new RpcClient.ResponseHandler() {
            @Override
            public void answered(Response response, long sentNanos) {
              then.accept(response);
            }

            @Override
            public void failed(AttxException reason) {
              failed.incrementAndGet();
            }
          });
    }
  }
}
