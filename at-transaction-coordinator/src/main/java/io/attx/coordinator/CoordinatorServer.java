package io.attx.coordinator;

import io.attx.coordinator.http.HttpEndpoint;
import io.attx.coordinator.log.MemoryLog;
import io.attx.coordinator.log.RatisLog;
import io.attx.coordinator.log.RatisLogOptions;
import io.attx.coordinator.log.ReplicatedLog;
import io.attx.coordinator.rpc.CoordinatorRpcHandler;
import io.attx.coordinator.rpc.TokenCheck;
import io.attx.coordinator.runtime.CoordinatorRuntime;
import io.attx.coordinator.runtime.CoordinatorStatus;
import io.attx.coordinator.runtime.OperatorDesk;
import io.attx.coordinator.runtime.ThreadEventLoop;
import io.attx.transport.RpcServer;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running coordinator: network, log and runtime wired together. Thread-safe. Several live in one
 * process.
 */
public final class CoordinatorServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CoordinatorServer.class);

  /** Entries after which the log in memory is replaced by a snapshot, which bounds it. */
  private static final int IN_MEMORY_SNAPSHOT = 10_000;

  private final CoordinatorOptions options;
  private final CoordinatorRpcHandler handler;
  private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final RpcServer rpc;
  private volatile @Nullable CoordinatorRuntime runtime;
  private volatile @Nullable HttpEndpoint http;
  private volatile long cluster;

  private CoordinatorServer(CoordinatorOptions options, TokenCheck token) {
    this.options = options;
    this.handler = new CoordinatorRpcHandler(token);
    try {
      this.rpc = RpcServer.start(options.host(), options.port(), handler);
    } catch (UncheckedIOException e) {
      throw new CannotListenException(e);
    }
  }

  /**
   * Starts; returns when it serves, or, as a node of a cluster, when it is a member of it.
   *
   * @throws CannotListenException when a port cannot be bound; the message names it
   * @throws io.attx.coordinator.log.DataDirectoryException when the data directory is in use,
   *     damaged or not ours; the message says which
   */
  public static CoordinatorServer start(CoordinatorOptions options) {
    TokenCheck token = new TokenCheck(options.token());
    // The port comes first: of two that are started by mistake the second touches nothing.
    CoordinatorServer server = new CoordinatorServer(options, token);
    try {
      server.startRuntime();
      server.startHttp(token);
      return server;
    } catch (RuntimeException e) {
      try {
        server.close();
      } catch (RuntimeException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  private void startRuntime() {
    ReplicatedLog log = openLog();
    CoordinatorRuntime started =
        new CoordinatorRuntime(
            log,
            ThreadEventLoop.start("attx-coordinator", this::fatal),
            new SecureRandom(),
            options.settings(),
            this::fatal);
    runtime = started;
    if (options.cluster() != null) {
      // Who does not lead sends its clients to the leader, from the start.
      handler.serve(started);
      started.start();
      var unused = started.ready().thenAccept(incarnation -> cluster = incarnation);
      return;
    }
    started.start();
    try {
      cluster = started.ready().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "The coordinator did not become ready: " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the coordinator started", e);
    }
    handler.serve(started);
    LOG.info("The coordinator {} serves on {}:{}", hexCluster(), options.host(), port());
  }

  private ReplicatedLog openLog() {
    Path directory = options.dataDir();
    if (directory == null) {
      LOG.warn("Everything is kept in memory only and is lost when this coordinator ends");
      return new MemoryLog(new MemoryLog.Disk(), Runnable::run, IN_MEMORY_SNAPSHOT);
    }
    RatisLogOptions.Cluster peers = options.cluster();
    RatisLogOptions logOptions =
        peers == null
            ? RatisLogOptions.single(directory)
            : RatisLogOptions.cluster(directory, peers);
    RatisLog log = RatisLog.open(logOptions.snapshotEntries(options.snapshotEntries()));
    if (log.created()) {
      LOG.info(
          "Initialised the data directory {} for the new node {}",
          directory.toAbsolutePath(),
          log.nodeId());
    }
    return log;
  }

  private void startHttp(TokenCheck token) {
    if (options.httpPort() != CoordinatorOptions.HTTP_OFF) {
      try {
        http =
            HttpEndpoint.start(options.httpHost(), options.httpPort(), token, new StatusSource());
      } catch (UncheckedIOException e) {
        throw new CannotListenException(e);
      }
    }
  }

  /** The port for clients. */
  public int port() {
    return rpc.port();
  }

  /**
   * The port of health, metrics and the API of operators; {@link CoordinatorOptions#HTTP_OFF}
   * without.
   */
  public int httpPort() {
    HttpEndpoint endpoint = http;
    return endpoint == null ? CoordinatorOptions.HTTP_OFF : endpoint.port();
  }

  /**
   * The incarnation of the cluster, which is part of every xid; 0 on a node that has not led yet.
   */
  public long cluster() {
    return cluster;
  }

  private String hexCluster() {
    return Long.toHexString(cluster);
  }

  /** How many requests of clients arrived since the start. */
  public long requests() {
    return handler.requests();
  }

  /** A look at the state, lists cut at the limit. */
  public CompletableFuture<CoordinatorStatus> status(int limit) {
    CoordinatorRuntime current = runtime;
    return current == null
        ? CompletableFuture.failedFuture(new IllegalStateException("the coordinator is starting"))
        : current.status(limit);
  }

  /**
   * Completes with the reason when the coordinator had to stop because its state or its log can no
   * longer be trusted; never otherwise. It serves no more then, but still wants to be closed.
   */
  public CompletableFuture<Throwable> failure() {
    return failure.copy();
  }

  private void fatal(Throwable reason) {
    LOG.error(
        "The coordinator stops: its state or its log can no longer be trusted. Restart it; it"
            + " recovers what was acknowledged, or says what is damaged.",
        reason);
    failure.complete(reason);
    // Called from threads of the log or the runtime, which the close would wait for.
    Thread thread = new Thread(rpc::close, "attx-coordinator-stop");
    thread.setDaemon(true);
    thread.start();
  }

  /** Stops serving, then closes the log. Idempotent. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    HttpEndpoint endpoint = http;
    CoordinatorRuntime current = runtime;
    try {
      if (endpoint != null) {
        endpoint.close();
      }
      if (current != null) {
        current.close();
      }
    } finally {
      rpc.close();
    }
  }

  private final class StatusSource implements HttpEndpoint.Source {
    @Override
    public boolean isAlive() {
      return !failure.isDone();
    }

    @Override
    public CompletableFuture<CoordinatorStatus> status(int limit) {
      return CoordinatorServer.this.status(limit);
    }

    @Override
    public @Nullable OperatorDesk operators() {
      CoordinatorRuntime current = runtime;
      return current == null ? null : current.operators();
    }

    @Override
    public long requests() {
      return handler.requests();
    }

    @Override
    public long refusedHellos() {
      return handler.refusedHellos();
    }
  }
}
