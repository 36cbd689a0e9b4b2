package io.attx.testing;

import io.attx.GlobalStatus;
import io.attx.protocol.AnnounceResources;
import io.attx.protocol.BeginTransaction;
import io.attx.protocol.BranchFate;
import io.attx.protocol.BranchFates;
import io.attx.protocol.BranchGranted;
import io.attx.protocol.CheckLocks;
import io.attx.protocol.CommitTransaction;
import io.attx.protocol.Done;
import io.attx.protocol.FetchedValue;
import io.attx.protocol.Hello;
import io.attx.protocol.HelloAccepted;
import io.attx.protocol.PhaseTwoResults;
import io.attx.protocol.Ping;
import io.attx.protocol.Push;
import io.attx.protocol.QueryBranches;
import io.attx.protocol.QueryTransaction;
import io.attx.protocol.RefusalCode;
import io.attx.protocol.Refused;
import io.attx.protocol.RegisterBranch;
import io.attx.protocol.ReportBranches;
import io.attx.protocol.Request;
import io.attx.protocol.Response;
import io.attx.protocol.RollbackTransaction;
import io.attx.protocol.SessionTicket;
import io.attx.protocol.TransactionOutcome;
import io.attx.transport.RpcConnection;
import io.attx.transport.RpcHandler;
import io.attx.transport.RpcServer;
import io.attx.transport.RpcServerOptions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * A real server on a loopback port whose answers a test scripts. By default it answers everything
 * as a coordinator would on the happy path, and resumes sessions by their ticket. It can be stopped
 * and started again on the same port.
 */
public final class ScriptedCoordinator implements RpcHandler, AutoCloseable {
  public static final long CLUSTER = 0x1234567890ABCDL;
  private static final long SECRET = 77;

  /** Answers nothing: the request stays open. */
  public static final Response SILENCE = new Done(-1);

  /** Answers nothing and drops the connection. */
  public static final Response HANG_UP = new Done(-2);

  /** A request with what is needed to answer it later. */
  public record Received(RpcConnection connection, long id, Request request) {
    public void answer(Response response) {
      connection.respond(id, response);
    }
  }

  private final List<Received> received = new CopyOnWriteArrayList<>();
  private final Map<Class<?>, Function<Request, Response>> scripts = new ConcurrentHashMap<>();
  private final Set<RpcConnection> open = ConcurrentHashMap.newKeySet();
  private final AtomicLong sessions = new AtomicLong();
  private final AtomicLong position = new AtomicLong(100);
  private volatile String token = "";
  private volatile long heartbeatMillis = 5_000;
  private volatile RpcServerOptions options = RpcServerOptions.defaults();
  private volatile RpcServer server;
  private volatile int port;

  public static ScriptedCoordinator started() {
    ScriptedCoordinator coordinator = new ScriptedCoordinator();
    coordinator.start();
    return coordinator;
  }

  public ScriptedCoordinator token(String secret) {
    this.token = secret;
    return this;
  }

  public ScriptedCoordinator heartbeatMillis(long millis) {
    this.heartbeatMillis = millis;
    return this;
  }

  public ScriptedCoordinator options(RpcServerOptions other) {
    this.options = other;
    return this;
  }

  /** Answers one kind of request by a function, until another one is given. */
  @SuppressWarnings("unchecked")
  public <R extends Request> ScriptedCoordinator on(Class<R> type, Function<R, Response> script) {
    scripts.put(type, request -> script.apply((R) request));
    return this;
  }

  /** Back to the happy path. */
  public void reset(Class<? extends Request> type) {
    scripts.remove(type);
  }

  public void start() {
    server = RpcServer.start("127.0.0.1", port, this, options);
    port = server.port();
  }

  public void stop() {
    server.close();
  }

  @Override
  public void close() {
    stop();
  }

  public int port() {
    return port;
  }

  public String address() {
    return "127.0.0.1:" + port;
  }

  public long sessionsOpened() {
    return sessions.get();
  }

  public int connections() {
    return open.size();
  }

  public void dropConnections() {
    open.forEach(RpcConnection::close);
  }

  public void push(Push push) {
    open.forEach(connection -> connection.push(push));
  }

  /** All requests of one kind so far, in order. */
  public <R extends Request> List<R> requests(Class<R> type) {
    return received.stream()
        .map(Received::request)
        .filter(type::isInstance)
        .map(type::cast)
        .toList();
  }

  /** All requests so far but pings. */
  public List<Request> requests() {
    return received.stream()
        .map(Received::request)
        .filter(request -> !(request instanceof Ping))
        .toList();
  }

  public List<Received> received(Class<? extends Request> type) {
    return received.stream().filter(one -> type.isInstance(one.request())).toList();
  }

  @Override
  public void request(RpcConnection connection, long requestId, Request request) {
    open.add(connection);
    received.add(new Received(connection, requestId, request));
    Function<Request, Response> script = scripts.get(request.getClass());
    Response response = script == null ? happy(request) : script.apply(request);
    if (response == HANG_UP) {
      connection.close();
    } else if (response != SILENCE) {
      connection.respond(requestId, response);
    }
  }

  /** What a coordinator answers when nothing is wrong. */
  public Response happy(Request request) {
    if (request instanceof Hello hello) {
      return hello(hello);
    } else if (request instanceof Ping
        || request instanceof AnnounceResources
        || request instanceof BeginTransaction
        || request instanceof ReportBranches
        || request instanceof CheckLocks
        || request instanceof PhaseTwoResults
        || request instanceof FetchedValue) {
      return new Done(position.incrementAndGet());
    } else if (request instanceof RegisterBranch) {
      return new BranchGranted(position.incrementAndGet(), 60_000);
    } else if (request instanceof CommitTransaction) {
      return outcome(GlobalStatus.COMMITTING, "");
    } else if (request instanceof RollbackTransaction rollback) {
      return outcome(GlobalStatus.ROLLED_BACK, rollback.reason());
    } else if (request instanceof QueryTransaction) {
      return outcome(GlobalStatus.COMMITTED, "");
    } else if (request instanceof QueryBranches query) {
      return new BranchFates(query.branches().stream().map(ref -> BranchFate.COMMITTED).toList());
    }
    throw new IllegalStateException("no answer for " + request);
  }

  public TransactionOutcome outcome(GlobalStatus status, String reason) {
    return new TransactionOutcome(status, position.incrementAndGet(), reason, 0);
  }

  private Response hello(Hello hello) {
    if (!hello.token().equals(token)) {
      return Refused.of(RefusalCode.AUTHENTICATION, "wrong token");
    }
    SessionTicket resume = hello.resume();
    if (resume == null) {
      return new HelloAccepted(
          1,
          new SessionTicket(CLUSTER, sessions.incrementAndGet(), SECRET, position.get()),
          false,
          heartbeatMillis);
    }
    if (resume.cluster() != CLUSTER || resume.secret() != SECRET) {
      return Refused.of(RefusalCode.SESSION_EXPIRED, "no such session");
    }
    return new HelloAccepted(
        1,
        new SessionTicket(CLUSTER, resume.session(), SECRET, position.get()),
        true,
        heartbeatMillis);
  }

  @Override
  public void closed(RpcConnection connection) {
    open.remove(connection);
  }
}
