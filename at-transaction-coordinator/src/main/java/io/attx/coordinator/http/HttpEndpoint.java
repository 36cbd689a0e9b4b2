package io.attx.coordinator.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.attx.coordinator.rpc.TokenCheck;
import io.attx.coordinator.runtime.CoordinatorStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
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
 * Health, metrics and status over HTTP, read-only.
 *
 * <pre>
 * GET /health/live       200 while the process works
 * GET /health/ready      200 when this node serves, else 503
 * GET /metrics           Prometheus text
 * GET /api/status        JSON: counts, sessions, resources
 * GET /api/transactions  JSON: transactions that have not ended   ?limit=100
 * GET /api/locks         JSON: how many row locks are held and waited for
 * GET /api/quarantined   JSON: branches that wait for a person    ?limit=100
 * </pre>
 *
 * Where the coordinator asks clients for a token, all but health asks for it too ({@code
 * Authorization: Bearer …}).
 */
public final class HttpEndpoint implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HttpEndpoint.class);
  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 10_000;
  private static final int THREADS = 2;
  private static final int QUEUE = 64;
  private static final long STATUS_TIMEOUT_SECONDS = 5;
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String JSON = "application/json";

  /** Where the answers come from. Thread-safe. */
  public interface Source {
    /** Whether the process still works. */
    boolean isAlive();

    /** A look at the state, lists cut at the limit. */
    CompletableFuture<CoordinatorStatus> status(int limit);

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

  private record Answer(int code, String type, String body) {}

  private void handle(HttpExchange exchange) {
    try (exchange) {
      Answer answer;
      try {
        answer = answer(exchange);
      } catch (TimeoutException | ExecutionException e) {
        answer = new Answer(503, TEXT, "the coordinator does not answer: " + e + "\n");
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        answer = new Answer(503, TEXT, "the coordinator is closing\n");
      }
      byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", answer.type());
      exchange.getResponseHeaders().set("Cache-Control", "no-store");
      exchange.sendResponseHeaders(answer.code(), body.length);
      exchange.getResponseBody().write(body);
    } catch (IOException e) {
      LOG.debug("{} went away before its answer", exchange.getRemoteAddress(), e);
    } catch (RuntimeException e) {
      LOG.error("The HTTP request {} failed", exchange.getRequestURI(), e);
    }
  }

  private Answer answer(HttpExchange exchange)
      throws ExecutionException, InterruptedException, TimeoutException {
    if (!exchange.getRequestMethod().equals("GET")) {
      return new Answer(405, TEXT, "only GET is known here\n");
    }
    String path = exchange.getRequestURI().getPath();
    if (path.equals("/health/live")) {
      return source.isAlive() ? new Answer(200, TEXT, "live\n") : new Answer(503, TEXT, "dead\n");
    }
    if (path.equals("/health/ready")) {
      return source.isAlive() && status(0).leader()
          ? new Answer(200, TEXT, "ready\n")
          : new Answer(503, TEXT, "not ready\n");
    }
    if (!authorized(exchange)) {
      exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer realm=\"attx\"");
      return new Answer(401, TEXT, "send the coordinator's token: Authorization: Bearer ...\n");
    }
    int limit = limit(exchange.getRequestURI().getQuery());
    return switch (path) {
      case "/metrics" ->
          new Answer(
              200,
              "text/plain; version=0.0.4; charset=utf-8",
              MetricsText.of(status(MAX_LIMIT), source.requests(), source.refusedHellos()));
      case "/api/status" -> new Answer(200, JSON, StatusJson.status(status(limit)));
      case "/api/transactions" -> new Answer(200, JSON, StatusJson.transactions(status(limit)));
      case "/api/quarantined" -> new Answer(200, JSON, StatusJson.quarantined(status(limit)));
      case "/api/locks" -> new Answer(200, JSON, StatusJson.locks(status(0)));
      default -> new Answer(404, TEXT, "nothing is at " + path + "\n");
    };
  }

  private CoordinatorStatus status(int limit)
      throws ExecutionException, InterruptedException, TimeoutException {
    return source.status(limit).get(STATUS_TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }

  private boolean authorized(HttpExchange exchange) {
    if (token.isOpen()) {
      return true;
    }
    String header = exchange.getRequestHeaders().getFirst("Authorization");
    return header != null
        && header.startsWith("Bearer ")
        && token.accepts(header.substring("Bearer ".length()).trim());
  }

  private static int limit(@Nullable String query) {
    if (query != null) {
      for (String part : query.split("&", -1)) {
        if (part.matches("limit=\\d{1,6}")) {
          return Math.min(MAX_LIMIT, Integer.parseInt(part.substring("limit=".length())));
        }
      }
    }
    return DEFAULT_LIMIT;
  }

  /** Stops. Idempotent. */
  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
