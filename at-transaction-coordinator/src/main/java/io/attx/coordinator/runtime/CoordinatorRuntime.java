package io.attx.coordinator.runtime;

import io.attx.BranchRef;
import io.attx.coordinator.log.ReplicatedLog;
import io.attx.protocol.RefusalCode;
import io.attx.protocol.Refused;
import io.attx.protocol.Request;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * The coordinator without its network and its disk: takes requests, proposes commands to the log,
 * applies what the log made durable, answers, and drives phase two. All state belongs to the event
 * loop. Thread-safe.
 *
 * <p>The caller authenticates: a {@code Hello} that reaches {@link #request} has a valid token and
 * a protocol version that both sides speak.
 */
public final class CoordinatorRuntime implements AutoCloseable {
  private final ReplicatedLog log;
  private final EventLoop loop;

  /**
   * Prepares; nothing runs before {@link #start()}.
   *
   * @param log closed by {@link #close()}
   * @param loop closed by {@link #close()}
   * @param random for incarnation, session secrets and jitter; unpredictable in production
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
  }

  /** Opens the log, replays it and begins to serve as soon as this node leads. */
  public void start() {
    throw new UnsupportedOperationException("contract only");
  }

  /**
   * Completes when this node leads, everything durable is applied and the cluster is initialised,
   * with the incarnation; exceptionally when the runtime was closed or failed before.
   */
  public CompletableFuture<Long> ready() {
    throw new UnsupportedOperationException("contract only");
  }

  /**
   * A request arrived. Returns at once; the answer goes to {@code link}, now or later, exactly once
   * unless the link is closed before.
   */
  public void request(ClientLink link, long requestId, Request request) {
    link.respond(requestId, Refused.of(RefusalCode.UNAVAILABLE, "contract only"));
  }

  /** The connection is gone; nothing more is sent to it. */
  public void closed(ClientLink link) {}

  /**
   * Looks at the state.
   *
   * @param limit the longest list in the answer
   */
  public CompletableFuture<CoordinatorStatus> status(int limit) {
    throw new UnsupportedOperationException("contract only");
  }

  /**
   * Takes a branch out of quarantine and tries to undo it again.
   *
   * @return whether it was in quarantine
   */
  public CompletableFuture<Boolean> retryQuarantined(BranchRef branch) {
    throw new UnsupportedOperationException("contract only");
  }

  /** Fails what is parked as retryable, closes the log and the loop. Idempotent. */
  @Override
  public void close() {
    log.close();
    loop.close();
  }
}
