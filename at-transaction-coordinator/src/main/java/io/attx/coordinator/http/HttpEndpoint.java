package io.attx.coordinator.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.attx.coordinator.rpc.TokenCheck;
import io.attx.coordinator.runtime.CoordinatorStatus;
import io.attx.coordinator.runtime.OperatorDesk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Health, metrics and the API of operators over HTTP.
 *
 * <pre>
 * GET  /health/live                         200 while the process works
 * GET  /health/ready                        200 when this node serves, else 503
 * GET  /metrics                             Prometheus text
 * GET  /api/status                          counts, sessions, resources
 * GET  /api/transactions                    those that have not ended           ?limit
 * GET  /api/transactions/{xid}              one with its branches
 * POST /api/transactions/{xid}:rollback
 * GET  /api/locks                           row locks, who holds and who waits  ?resource ?xid ?skip ?limit
 * GET  /api/dirty                           branches in quarantine              ?table ?skip ?limit
 * GET  /api/dirty/{xid}/{branch}            one with its rows
 * GET  /api/dirty/{xid}/{branch}/value      a value that was abbreviated        ?row ?column ?image ?offset
 * POST /api/dirty/{xid}/{branch}:resolve    decides about one branch or some of its rows
 * POST /api/dirty:resolve                   decides about all branches, or all rows of a table
 * GET  /api/audit                           what operators did                  ?after ?limit
 * </pre>
 *
 * Where the coordinator asks clients for a token, all but health asks for it too ({@code
 * Authorization: Bearer …}). What acts is a POST with the media type {@code application/json} and
 * without the {@code Origin} of another site, so that no web page can do it behind its visitor's
 * back; without a token it must come from this machine. Errors are JSON: {@code {"error": …,
 * "message": …}}.
 */
public final class HttpEndpoint implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpEndpoint.class);
  private static final int MAX_LIMIT = 10_000;
  private static final int THREADS = 8;
  private static final int QUEUE = 64;
  private static final long STATUS_TIMEOUT_SECONDS = 5;

  /** Where the answers come from. Thread-safe. */
  public interface Source {
    /** Whether the process still works. */
    boolean isAlive();

    /** A look at the state, lists cut at the limit. */
    CompletableFuture<CoordinatorStatus> status(int limit);

    /** What operators ask; null while the coordinator starts. */
    @Nullable OperatorDesk operators();

    /** Requests of clients so far. */
    long requests();

    /** Clients turned away so far. */
    long refusedHellos();
  }

  private final HttpServer server;
  private final ExecutorService threads;
  private final Source source;
  private final TokenCheck token;

  private HttpEndpoint(
      HttpServer server, ExecutorService threads, Source source, TokenCheck token) {
    this.server = server;
    this.threads = threads;
    this.source = source;
    this.token = token;
  }

  /**
   * Listens.
   *
   * @param port 0 picks a free one
   * @throws UncheckedIOException when the address is in use; the message names it
   */
  public static HttpEndpoint start(String host, int port, TokenCheck token, Source source) {
    HttpServer server;
    try {
      server = HttpServer.create(new InetSocketAddress(host, port), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(
          new IOException(
              "cannot listen on " + host + ":" + port + " (HTTP): " + e.getMessage(), e));
    }
    AtomicInteger number = new AtomicInteger();
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            1,
            TimeUnit.MINUTES,
            new ArrayBlockingQueue<>(QUEUE),
            task -> {
              Thread thread = new Thread(task, "attx-http-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            },
            new ThreadPoolExecutor.CallerRunsPolicy());
    HttpEndpoint endpoint = new HttpEndpoint(server, threads, source, token);
    server.setExecutor(threads);
    server.createContext("/", endpoint::handle);
    server.start();
    return endpoint;
  }

  /** The port that it listens on. */
  public int port() {
    return server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) {
    try (exchange) {
      Answer answer = safeAnswer(exchange);
      byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", answer.type());
      exchange.getResponseHeaders().set("Cache-Control", "no-store");
      exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
      exchange.sendResponseHeaders(answer.status(), body.length);
      exchange.getResponseBody().write(body);
    } catch (IOException e) {
      LOG.debug("{} went away before its answer", exchange.getRemoteAddress(), e);
    }
  }

  private Answer safeAnswer(HttpExchange exchange) throws IOException {
    try {
      return answer(exchange);
    } catch (ApiException wrong) {
      if (wrong.status() == 401) {
        exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer realm=\"attx\"");
      }
      return wrong.answer();
    } catch (TimeoutException | ExecutionException e) {
      return Answer.error(503, "unavailable", "the coordinator does not answer: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Answer.error(503, "unavailable", "the coordinator is closing");
    } catch (RuntimeException e) {
      LOG.error("The HTTP request {} failed", exchange.getRequestURI(), e);
      return Answer.error(500, "defect", "the coordinator failed; its log says more");
    }
  }

  private Answer answer(HttpExchange exchange)
      throws ApiException, ExecutionException, InterruptedException, IOException, TimeoutException {
    String path = exchange.getRequestURI().getPath();
    boolean post = exchange.getRequestMethod().equals("POST");
    if (!post && !exchange.getRequestMethod().equals("GET")) {
      throw new ApiException(405, "method", "only GET and POST are known here");
    }
    if (!post && path.startsWith("/health/")) {
      return health(path);
    }
    new Gate(token, exchange).check(post);
    OperatorDesk desk = source.operators();
    if (post) {
      return operators(desk).post(path, Gate.body(exchange));
    }
    Answer own = own(path, exchange.getRequestURI().getRawQuery(), desk);
    if (own == null) {
      own = operators(desk).get(path, exchange.getRequestURI().getRawQuery());
    }
    if (own == null) {
      throw ApiException.notFound("nothing is at " + path);
    }
    return own;
  }

  private Answer health(String path)
      throws ApiException, ExecutionException, InterruptedException, TimeoutException {
    return switch (path) {
      case "/health/live" ->
          source.isAlive() ? Answer.text(200, "live\n") : Answer.text(503, "dead\n");
      case "/health/ready" ->
          source.isAlive() && status(0).leader()
              ? Answer.text(200, "ready\n")
              : Answer.text(503, "not ready\n");
      default -> throw ApiException.notFound("nothing is at " + path);
    };
  }

  private static OperatorApi operators(@Nullable OperatorDesk desk) throws ApiException {
    if (desk == null) {
      throw new ApiException(503, "unavailable", "the coordinator is starting; try again");
    }
    return new OperatorApi(desk);
  }

  private @Nullable Answer own(String path, @Nullable String query, @Nullable OperatorDesk desk)
      throws ApiException, ExecutionException, InterruptedException, TimeoutException {
    return switch (path) {
      case "/metrics" ->
          new Answer(
              200,
              "text/plain; version=0.0.4; charset=utf-8",
              MetricsText.of(status(MAX_LIMIT), source.requests(), source.refusedHellos()));
      case "/api/status" -> Answer.json(200, StatusJson.status(status(limit(query))));
      case "/api/transactions" -> Answer.json(200, StatusJson.transactions(status(limit(query))));
      case "/api/locks" -> operators(desk).locks(query, status(0).counts().waiting());
      default -> null;
    };
  }

  private static int limit(@Nullable String query) throws ApiException {
    return OperatorApi.limit(new QueryString(query, Set.of("limit")));
  }

  private CoordinatorStatus status(int limit)
      throws ExecutionException, InterruptedException, TimeoutException {
    return source.status(limit).get(STATUS_TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }

  /** Stops. Idempotent. */
  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
