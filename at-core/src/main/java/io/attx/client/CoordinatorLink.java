package io.attx.client;

import io.attx.AttxException;
import io.attx.CoordinatorUnavailableException;
import io.attx.protocol.BranchGranted;
import io.attx.protocol.Done;
import io.attx.protocol.HelloAccepted;
import io.attx.protocol.Push;
import io.attx.protocol.RefusalCode;
import io.attx.protocol.Refused;
import io.attx.protocol.RegisterBranch;
import io.attx.protocol.Request;
import io.attx.protocol.Response;
import io.attx.protocol.TransactionOutcome;
import io.attx.transport.ConnectionLostException;
import io.attx.transport.RpcClient;
import io.attx.transport.RpcIo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to whichever coordinator leads at the moment: keeps one connection and one session,
 * repeats requests over a reconnect until their time is over (all of them are idempotent), follows
 * a leader that moved. Thread-safe; never blocks. Its state lives on the I/O thread.
 */
final class CoordinatorLink implements RpcClient.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(CoordinatorLink.class);
  private static final Duration SWEEP = Duration.ofMillis(25);
  private static final long MAX_RETRY_MILLIS = 1_000;

  /** What the link tells the client. Called on the I/O thread. */
  interface Events {
    /** A session was opened or resumed; requests go out again after this returned. */
    void opened();

    /** A one-way message arrived. */
    void push(Push push);
  }

  private final RpcIo io;
  private final AtClientOptions options;
  private final Events events;
  private final Connector connector;
  private volatile @Nullable RpcClient ready;
  private volatile boolean closed;

  // The rest lives on the I/O thread.
  private final List<LinkCall> parked = new ArrayList<>();
  private boolean sweeping;

  CoordinatorLink(RpcIo io, AtClientOptions options, ClientTuning tuning, Random random, Events e) {
    this.io = io;
    this.options = options;
    this.events = e;
    this.connector = new Connector(io, options, tuning, random, this);
  }

  /** A number in [0, 1). */
  interface Random {
    double next();
  }

  /** Connects in the background. */
  void start() {
    io.execute(connector::connect);
  }

  // ---- for any thread ----

  boolean isOpen() {
    return ready != null;
  }

  /** The last session, open or to be resumed; null before the first. */
  @Nullable Session session() {
    return connector.session();
  }

  /** What opens the sessions. */
  Connector connector() {
    return connector;
  }

  /** Why nothing can be done now. */
  CoordinatorUnavailableException unavailable(String what) {
    Throwable reason = closed ? null : connector.lastFailure();
    return new CoordinatorUnavailableException(
        what
            + ": "
            + (closed
                ? "the client is closed"
                : "no session with a coordinator ("
                    + String.join(", ", options.coordinators())
                    + ")")
            + (reason == null ? "" : ": " + reason.getMessage()),
        reason);
  }

  /**
   * Sends a request as soon as there is a session, again where a connection was lost.
   *
   * @return completes with the answer, which may be {@link Refused}, or exceptionally with an
   *     {@link AttxException}
   */
  LinkCall call(Request request, Duration timeout) {
    LinkCall call = new LinkCall(this, request, deadline(timeout), true);
    dispatch(call);
    return call;
  }

  /** As {@link #call}, for what only means something on the present connection. */
  LinkCall callOnce(Request request, Duration timeout) {
    LinkCall call = new LinkCall(this, request, deadline(timeout), false);
    RpcClient client = ready;
    if (client == null) {
      call.completeExceptionally(unavailable("cannot send " + call.name()));
    } else {
      attempt(call, client);
    }
    return call;
  }

  private long deadline(Duration timeout) {
    return io.nanoClock().getAsLong() + timeout.toNanos();
  }

  private void dispatch(LinkCall call) {
    RpcClient client = ready;
    if (client != null) {
      attempt(call, client);
    } else if (!io.execute(() -> park(call))) {
      call.completeExceptionally(unavailable("cannot send " + call.name()));
    }
  }

  private void attempt(LinkCall call, RpcClient client) {
    long left = call.deadlineNanos() - io.nanoClock().getAsLong();
    call.via = client;
    client.send(call.request(), Duration.ofNanos(Math.max(0, left)), call);
  }

  // ---- the I/O thread ----

  private void park(LinkCall call) {
    RpcClient client = ready;
    // The connection that just lost this call is of no use, even while its end was not reported
    // yet:
    // sending there again would fail at once, and again, and never let the report through.
    if (client != null && client != call.via) {
      attempt(call, client);
    } else if (closed) {
      call.completeExceptionally(unavailable("cannot send " + call.name()));
    } else {
      long patience = io.nanoClock().getAsLong() + options.requestTimeout().toNanos();
      call.parkedUntilNanos = Math.min(call.deadlineNanos(), patience);
      parked.add(call);
      sweepLater();
    }
  }

  private void sweepLater() {
    if (!sweeping && !parked.isEmpty()) {
      sweeping = io.schedule(this::sweep, SWEEP);
    }
  }

  private void sweep() {
    sweeping = false;
    long now = io.nanoClock().getAsLong();
    List<LinkCall> overdue = new ArrayList<>();
    for (Iterator<LinkCall> i = parked.iterator(); i.hasNext(); ) {
      LinkCall call = i.next();
      if (now - call.parkedUntilNanos >= 0) {
        i.remove();
        overdue.add(call);
      }
    }
    for (LinkCall call : overdue) {
      call.completeExceptionally(unavailable("could not send " + call.name() + " in time"));
    }
    sweepLater();
  }

  void answered(LinkCall call, Response response) {
    if (!(response instanceof Refused refused)) {
      connector.acknowledged(positionOf(response));
      call.complete(response);
      return;
    }
    RpcClient via = call.via;
    switch (refused.code()) {
      case NOT_LEADER -> {
        leave(via, () -> connector.leaderMoved(refused));
        retryLater(call, refused);
      }
      case UNAVAILABLE -> retryLater(call, refused);
      case SESSION_EXPIRED -> {
        leave(via, connector::sessionExpired);
        if (call.request() instanceof RegisterBranch) {
          call.complete(response); // A branch of a dead session stays refused.
        } else {
          retryLater(call, refused);
        }
      }
      default -> call.complete(response);
    }
  }

  private static long positionOf(Response response) {
    if (response instanceof BranchGranted granted) {
      return granted.position();
    } else if (response instanceof TransactionOutcome outcome) {
      return outcome.position();
    }
    return response instanceof Done done ? done.position() : 0;
  }

  private void retryLater(LinkCall call, Refused refused) {
    if (!call.isRepeatable()) {
      call.complete(refused);
      return;
    }
    long pause = Math.min(MAX_RETRY_MILLIS, 20L << Math.min(10, call.retries++));
    long now = io.nanoClock().getAsLong();
    if (now + pause * 1_000_000 - call.deadlineNanos() >= 0
        || !io.schedule(() -> dispatch(call), Duration.ofMillis(pause))) {
      call.completeExceptionally(
          new CoordinatorUnavailableException(
              "the coordinator did not serve "
                  + call.name()
                  + " in time: "
                  + refused.code()
                  + ": "
                  + refused.message(),
              null));
    }
  }

  void failed(LinkCall call, AttxException reason) {
    boolean timeLeft = call.deadlineNanos() - io.nanoClock().getAsLong() > 0;
    if (reason instanceof ConnectionLostException && timeLeft && call.isRepeatable() && !closed) {
      park(call);
    } else {
      call.completeExceptionally(reason);
    }
  }

  /** Gives up a connection that still works, once, because its server is of no use. */
  private void leave(@Nullable RpcClient via, Runnable next) {
    if (via != null && via == ready) {
      ready = null;
      via.close();
      next.run();
    }
  }

  /** The hello was accepted. */
  void opened(RpcClient client, HelloAccepted accepted) {
    ready = client;
    LOG.info(
        "{} session {} with the coordinator at {}",
        accepted.resumed() ? "resumed" : "opened",
        session(),
        client.address());
    events.opened();
    List<LinkCall> calls = new ArrayList<>(parked);
    parked.clear();
    calls.forEach(this::dispatch);
  }

  @Override
  public void push(RpcClient client, Push push) {
    if (client == ready) {
      events.push(push);
    }
  }

  @Override
  public void closed(RpcClient client, Throwable reason) {
    if (client == ready) {
      ready = null;
      if (!closed) {
        LOG.warn("{}; connecting again", reason.getMessage());
        connector.lost(reason);
      }
    }
  }

  /** Ends the connection; what waits fails. */
  void close() {
    closed = true;
    io.execute(
        () -> {
          connector.close();
          RpcClient client = ready;
          ready = null;
          if (client != null) {
            client.close();
          }
          for (LinkCall call : new ArrayList<>(parked)) {
            call.completeExceptionally(unavailable("cannot send " + call.name()));
          }
          parked.clear();
        });
  }

  /** Whether a refusal of a hello will not go away by trying again soon. */
  static boolean isFinal(RefusalCode code) {
    return switch (code) {
      case AUTHENTICATION, PROTOCOL_VERSION, BAD_REQUEST -> true;
      default -> false;
    };
  }
}
