package io.attx.coordinator.runtime;

import io.attx.coordinator.log.LogMachine;
import io.attx.coordinator.log.ReplicatedLog;
import io.attx.coordinator.state.Command;
import io.attx.coordinator.state.CoordinatorState;
import io.attx.coordinator.state.LogEntry;
import io.attx.coordinator.state.Outcome;
import io.attx.coordinator.state.SnapshotCodec;
import io.attx.protocol.RefusalCode;
import io.attx.protocol.Refused;
import io.attx.protocol.Request;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The coordinator without its network and its disk: takes requests, proposes commands to the log,
 * applies what the log made durable, answers, and drives phase two. All state belongs to the event
 * loop. Thread-safe.
 *
 * <p>The caller authenticates: a {@code Hello} that reaches {@link #request} has a valid token and
 * a protocol version that both sides speak.
 */
public final class CoordinatorRuntime implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CoordinatorRuntime.class);
  private static final long INITIALISE_AGAIN_NANOS = 50_000_000;

  private final ReplicatedLog log;
  private final EventLoop loop;
  private final RandomGenerator random;
  private final CoordinatorSettings settings;
  private final Consumer<Throwable> fatal;
  private final AtomicInteger queued = new AtomicInteger();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final CompletableFuture<Long> ready = new CompletableFuture<>();
  private final Events events = new Events();

  private final OperatorDesk operators;

  // From here on only the event loop reads and writes.
  private CoordinatorState state = new CoordinatorState(events);
  private long position;
  private boolean broken;
  private @Nullable Leader leader;
  private @Nullable Requests requests;

  /**
   * Prepares; nothing runs before {@link #start()}.
   *
   * @param log closed by {@link #close()}
   * @param loop closed by {@link #close()}
   * @param random for incarnation, session secrets and jitter; unpredictable in production; used by
   *     the event loop only
   * @param fatal told once when the process must end: the state can no longer be trusted
   */
  public CoordinatorRuntime(
      ReplicatedLog log,
      EventLoop loop,
      RandomGenerator random,
      CoordinatorSettings settings,
      Consumer<Throwable> fatal) {
    this.log = log;
    this.loop = loop;
    this.random = random;
    this.settings = settings;
    this.fatal = fatal;
    this.operators = new OperatorDesk(loop, new Office());
  }

  /** Opens the log, replays it and begins to serve as soon as this node leads. */
  public void start() {
    log.start(new Machine());
  }

  /**
   * Completes when this node leads, everything durable is applied and the cluster is initialised,
   * with the incarnation; exceptionally when the runtime was closed or failed before.
   */
  public CompletableFuture<Long> ready() {
    return ready;
  }

  /**
   * A request arrived. Returns at once; the answer goes to {@code link}, now or later, exactly once
   * unless the link is closed before.
   */
  public void request(ClientLink link, long requestId, Request request) {
    Reply reply = new Reply(link, requestId);
    if (closed.get()) {
      reply.refuse(RefusalCode.UNAVAILABLE, "the coordinator is closing");
    } else if (queued.incrementAndGet() > settings.intake().maxQueued()) {
      queued.decrementAndGet();
      reply.refuse(
          RefusalCode.UNAVAILABLE,
          "more than " + settings.intake().maxQueued() + " requests wait; try again");
    } else {
      loop.execute(
          () -> {
            queued.decrementAndGet();
            handle(reply, request);
          });
    }
  }

  /** The connection is gone; nothing more is sent to it. */
  public void closed(ClientLink link) {
    loop.execute(
        () -> {
          if (requests != null) {
            requests.closed(link);
          }
        });
  }

  /**
   * Looks at the state.
   *
   * @param limit the longest list in the answer
   */
  public CompletableFuture<CoordinatorStatus> status(int limit) {
    CompletableFuture<CoordinatorStatus> answer = new CompletableFuture<>();
    loop.execute(
        () ->
            answer.complete(
                new StatusReport(state, leader, events, limit).make(isServing(), position)));
    return answer;
  }

  /** What people ask of this coordinator. */
  public OperatorDesk operators() {
    return operators;
  }

  /** Fails what is parked as retryable, closes the log and the loop. Idempotent. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      loop.execute(
          () -> {
            endTerm(Refused.of(RefusalCode.UNAVAILABLE, "the coordinator is closing"));
            ready.completeExceptionally(
                new IllegalStateException("the coordinator was closed before it was ready"));
          });
      log.close();
      loop.close();
    }
  }

  // ---- on the event loop ----

  private void handle(Reply reply, Request request) {
    if (broken) {
      reply.refuse(RefusalCode.UNAVAILABLE, "the coordinator has failed and is ending");
    } else if (leader == null || requests == null) {
      reply.send(Proposer.notLeader(log.leader()));
    } else if (!isServing()) {
      reply.send(Leader.starting());
    } else {
      try {
        requests.handle(reply, request);
      } catch (RuntimeException defect) {
        fail(defect);
      }
    }
  }

  private boolean isServing() {
    return leader != null && state.cluster() != 0 && !broken;
  }

  private void apply(long index, byte[] bytes) {
    LogEntry.Header header = LogEntry.decodeHeader(bytes);
    Leader current = leader;
    Proposer.Batch own = current == null ? null : current.own(header);
    List<Command> commands = own == null ? LogEntry.decode(bytes).commands() : own.commands;
    position = index;
    state.advance(header.logTimeMillis());
    for (int i = 0; i < commands.size(); i++) {
      Command command = commands.get(i);
      if (current != null) {
        current.applying(index, command);
      }
      Outcome outcome = state.apply(command, header.logTimeMillis());
      if (own != null) {
        own.pendings.get(i).applied(outcome, index);
      }
    }
    events.entries++;
    if (current != null) {
      current.applied();
    }
    if (own != null) {
      own.confirmed();
    }
  }

  private void lead() {
    if (leader != null || broken || closed.get()) {
      return;
    }
    Leader next = new Leader(state, log, loop, random, settings, position);
    leader = next;
    requests = new Requests(next, state, random);
    next.begin();
    if (state.cluster() == 0) {
      initialise();
    } else {
      serve();
    }
  }

  /** Gives a new cluster its incarnation; tried until it is in the log or another node leads. */
  private void initialise() {
    Leader current = leader;
    if (current != null && state.cluster() == 0 && !broken && !closed.get()) {
      long incarnation = 1 + random.nextLong(Long.MAX_VALUE - 1);
      current.propose(new Command.Initialise(incarnation), new Initialising());
    }
  }

  private void serve() {
    LOG.info(
        "coordinator {} serves from log position {}", Long.toHexString(state.cluster()), position);
    ready.complete(state.cluster());
  }

  private void endTerm(Refused refused) {
    Leader old = leader;
    leader = null;
    requests = null;
    if (old != null) {
      old.end(refused);
    }
  }

  private void fail(Throwable failure) {
    if (!broken) {
      broken = true;
      LOG.error("the coordinator cannot go on: {}", failure.toString(), failure);
      ready.completeExceptionally(failure);
      fatal.accept(failure);
    }
  }

  /** The log's side; everything is handed to the event loop in order. */
  private final class Machine implements LogMachine {
    @Override
    public CompletableFuture<Void> apply(long index, byte[] entry) {
      return onLoop(
          () -> {
            CoordinatorRuntime.this.apply(index, entry);
            return null;
          });
    }

    @Override
    public CompletableFuture<byte[]> snapshot() {
      return onLoop(() -> SnapshotCodec.encode(state));
    }

    @Override
    public void restore(byte[] snapshot) {
      var unused =
          onLoop(
              () -> {
                endTerm(Proposer.notLeader(null));
                state = SnapshotCodec.decode(snapshot, events);
                return null;
              });
    }

    @Override
    public void leadershipChanged(boolean leads) {
      loop.execute(
          () -> {
            if (leads) {
              lead();
            } else {
              endTerm(Proposer.notLeader(log.leader()));
            }
          });
    }

    @Override
    public void failed(Throwable failure) {
      loop.execute(() -> fail(failure));
    }

    private <T extends @Nullable Object> CompletableFuture<T> onLoop(
        java.util.function.Supplier<T> task) {
      CompletableFuture<T> done = new CompletableFuture<>();
      loop.execute(
          () -> {
            if (broken) {
              done.completeExceptionally(new IllegalStateException("the coordinator has failed"));
              return;
            }
            T result;
            try {
              result = task.get();
            } catch (RuntimeException defect) {
              fail(defect);
              done.completeExceptionally(defect);
              return;
            }
            done.complete(result);
          });
      return done;
    }
  }

  private final class Initialising implements Pending {
    @Override
    public void applied(Outcome outcome, long index) {
      serve();
    }

    @Override
    public void failed(Refused refused) {
      if (!closed.get()) {
        LOG.warn(
            "the first entry of the log was not confirmed and is tried again: {}",
            refused.message());
        loop.schedule(INITIALISE_AGAIN_NANOS, CoordinatorRuntime.this::initialise);
      }
    }
  }

  /** State and leader of the moment, for the operators' desk. */
  private final class Office implements OperatorDesk.Office {
    @Override
    public @Nullable Leader serving() {
      return isServing() ? leader : null;
    }

    @Override
    public CoordinatorState state() {
      return state;
    }
  }

  /** Counts, and passes on what the state says to the leader of the moment. */
  final class Events extends ForwardingListener {
    long entries;

    @Override
    @Nullable Leader target() {
      return leader;
    }
  }
}
