package io.attx.coordinator.runtime;

import io.attx.ResourceId;
import io.attx.coordinator.log.LogMachine;
import io.attx.coordinator.log.MemoryLog;
import io.attx.coordinator.log.ReplicatedLog;
import io.attx.coordinator.state.Branch;
import io.attx.coordinator.state.SnapshotCodec;
import io.attx.protocol.DirtyCase;
import io.attx.protocol.Push;
import io.attx.protocol.Request;
import io.attx.protocol.ResolveAction;
import io.attx.protocol.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/** Clock, network, coordinator and databases of a simulation; everything follows from the seed. */
final class SimWorld {
  private static final long MILLIS = 1_000_000L;

  final ShadowReplica shadow;
  private final SimLoop clock = new SimLoop();
  private final Random random;
  private final MemoryLog.Disk disk = new MemoryLog.Disk();
  private final List<SimDatabase> databases = new ArrayList<>();
  private final List<Connection> connections = new ArrayList<>();
  private final int snapshotEvery;
  private final boolean meddling;
  private ShadowedLog log;
  private ProcessLoop loop;
  private CoordinatorRuntime coordinator;
  private int value;

  SimWorld(long seed) {
    // Small seeds that follow each other would begin alike.
    random = new Random(seed * 0x9E3779B97F4A7C15L);
    snapshotEvery = random.nextBoolean() ? 0 : 5 + random.nextInt(100);
    meddling = random.nextInt(3) == 0;
    for (int i = 0; i < 2; i++) {
      databases.add(new SimDatabase(new ResourceId("db" + i), 2 + random.nextInt(6)));
    }
    shadow = new ShadowReplica(new Random(seed), this::isCommittedInDatabase);
  }

  private boolean isCommittedInDatabase(Branch branch) {
    return database(branch.resource()).endOf(branch.id()) == io.attx.LocalEnd.LOCALLY_COMMITTED;
  }

  int random(int bound) {
    return bound <= 0 ? 0 : random.nextInt(bound);
  }

  long nanos() {
    return clock.nanos();
  }

  void later(long millis, Runnable task) {
    clock.schedule(millis * MILLIS, task);
  }

  void advanceMillis(long millis) {
    clock.advance(java.time.Duration.ofMillis(millis));
  }

  /** Somebody writes to a row past the coordinator, in the worlds where people do such things. */
  void meddle() {
    SimDatabase database = databases.get(random(databases.size()));
    String row = "r" + random(database.rows.size());
    if (meddling) {
      database.meddle(row, nextValue());
    }
  }

  /**
   * Somebody looks at what is in quarantine and decides.
   *
   * @param insist until nothing is left, instead of this or that
   */
  void operate(boolean insist) {
    CoordinatorRuntime asked = coordinator;
    if (asked != null) {
      var unused =
          asked
              .operators()
              .dirty(null, 0, 100)
              .thenAccept(page -> page.items().forEach(dirty -> decide(asked, dirty, insist)));
    }
  }

  private void decide(CoordinatorRuntime asked, DirtyBranch dirty, boolean insist) {
    List<ResolveAction> actions =
        List.of(ResolveAction.KEEP, ResolveAction.RESTORE, ResolveAction.RETRY);
    ResolveAction action = insist ? ResolveAction.KEEP : actions.get(random(actions.size()));
    List<DirtyCase> cases = dirty.quarantine().cases().cases();
    boolean one = !insist && !cases.isEmpty() && action != ResolveAction.RETRY && random(2) == 0;
    List<ResolveRequest.Row> rows =
        one
            ? List.of(
                new ResolveRequest.Row(cases.get(random(cases.size())).row(), action, List.of()))
            : List.of();
    ResolveRequest request =
        new ResolveRequest(
            dirty.branch(),
            dirty.quarantine().report(),
            rows,
            null,
            one ? null : action,
            "sim",
            "seed");
    later(random(2_000), () -> asked.operators().resolve(request, Duration.ofDays(1)));
  }

  int nextValue() {
    return ++value;
  }

  List<SimDatabase> databases() {
    return databases;
  }

  SimDatabase database(ResourceId resource) {
    return databases.stream().filter(d -> d.resource.equals(resource)).findFirst().orElseThrow();
  }

  void rollbackLocal(SimDatabase.LocalTransaction local) {
    databases.forEach(database -> database.rollback(local));
  }

  CoordinatorRuntime coordinator() {
    return coordinator;
  }

  // ---- the coordinator process ----

  void startCoordinator() {
    loop = new ProcessLoop();
    log = new ShadowedLog();
    coordinator =
        new CoordinatorRuntime(
            log,
            loop,
            new Random(random.nextLong()),
            CoordinatorSettings.defaults(),
            failure -> {
              throw new AssertionError("the coordinator ended itself", failure);
            });
    coordinator.start();
  }

  void killCoordinator() {
    log.crash();
    loop.close();
    coordinator = null;
    List.copyOf(connections).forEach(Connection::cut);
  }

  /** Feeds the shadow with what became durable, before the coordinator applies it. */
  private final class ShadowedLog implements ReplicatedLog {
    private final MemoryLog memory =
        new MemoryLog(disk, task -> clock.schedule(random(3_000) * 1_000L, task), snapshotEvery);

    @Override
    public void start(LogMachine machine) {
      memory.start(
          new LogMachine() {
            @Override
            public CompletableFuture<Void> apply(long index, byte[] entry) {
              if (index > shadow.applied) {
                shadow.apply(entry);
              }
              return machine.apply(index, entry);
            }

            @Override
            public CompletableFuture<byte[]> snapshot() {
              byte[] expected = SnapshotCodec.encode(shadow.state);
              return machine
                  .snapshot()
                  .thenApply(
                      live -> {
                        shadow.snapshots++;
                        shadow.replayDiffers |= !Arrays.equals(live, expected);
                        return live;
                      });
            }

            @Override
            public void restore(byte[] snapshot) {
              machine.restore(snapshot);
            }

            @Override
            public void leadershipChanged(boolean leader) {
              machine.leadershipChanged(leader);
            }

            @Override
            public void failed(Throwable failure) {
              machine.failed(failure);
            }
          });
    }

    @Override
    public CompletableFuture<Long> append(byte[] entry) {
      return memory.append(entry);
    }

    void crash() {
      memory.crash();
    }

    @Override
    public void close() {
      memory.close();
    }
  }

  /** The loop of one coordinator process: dies with it. */
  private final class ProcessLoop implements EventLoop {
    private boolean closed;

    @Override
    public void execute(Runnable task) {
      schedule(0, task);
    }

    @Override
    public void schedule(long delayNanos, Runnable task) {
      clock.schedule(
          delayNanos,
          () -> {
            if (!closed) {
              task.run();
            }
          });
    }

    @Override
    public long nanos() {
      return clock.nanos();
    }

    @Override
    public long wallMillis() {
      return clock.wallMillis();
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  // ---- the network ----

  /** A new connection, or null while the coordinator is down. */
  Connection connect(SimProcess process) {
    if (coordinator == null) {
      return null;
    }
    Connection connection = new Connection(process, coordinator);
    connections.add(connection);
    return connection;
  }

  void cutRandomConnection() {
    if (!connections.isEmpty()) {
      connections.get(random(connections.size())).cut();
    }
  }

  /** One connection: in order in each direction, with random latency, until it is cut. */
  final class Connection implements ClientLink {
    private final SimProcess process;
    private final CoordinatorRuntime server;
    private long lastUp;
    private long lastDown;
    private boolean cut;

    Connection(SimProcess process, CoordinatorRuntime server) {
      this.process = process;
      this.server = server;
    }

    void send(long requestId, Request request) {
      lastUp = Math.max(lastUp, clock.nanos() + random(2_000) * 1_000L);
      deliver(
          lastUp,
          () -> {
            if (server == coordinator) {
              server.request(this, requestId, request);
            }
          });
    }

    @Override
    public void respond(long requestId, Response response) {
      lastDown = Math.max(lastDown, clock.nanos() + random(2_000) * 1_000L);
      deliver(lastDown, () -> process.received(this, requestId, response));
    }

    @Override
    public void push(Push push) {
      lastDown = Math.max(lastDown, clock.nanos() + random(2_000) * 1_000L);
      deliver(lastDown, () -> process.pushed(this, push));
    }

    private void deliver(long at, Runnable delivery) {
      clock.schedule(
          at - clock.nanos(),
          () -> {
            if (!cut) {
              delivery.run();
            }
          });
    }

    @Override
    public void close() {
      clock.schedule(Math.max(0, lastDown - clock.nanos()), this::cut);
    }

    void cut() {
      if (cut) {
        return;
      }
      cut = true;
      connections.remove(this);
      later(random(50), () -> process.disconnected(this));
      later(
          random(50),
          () -> {
            if (server == coordinator) {
              server.closed(this);
            }
          });
    }

    @Override
    public String remoteAddress() {
      return "sim";
    }
  }
}
