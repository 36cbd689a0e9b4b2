package io.attx.client;

import io.attx.AttxException;
import io.attx.protocol.Request;
import io.attx.protocol.Response;
import io.attx.transport.RpcClient;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One request from the moment it was asked for to its answer, over as many connections as that
 * takes. Completed on the I/O thread.
 */
final class LinkCall extends CompletableFuture<Response> implements RpcClient.ResponseHandler {
  private final CoordinatorLink link;
  private final Request request;
  private final long deadlineNanos;
  private final boolean repeatable;
  private volatile long sentNanos;
  // The rest is touched by one attempt at a time: by the caller first, then on the I/O thread.
  @Nullable RpcClient via;
  long parkedUntilNanos;
  int retries;

  /**
   * A request.
   *
   * @param repeatable whether it goes again where its connection was lost or its server is of no
   *     use; otherwise it ends with that connection
   */
  LinkCall(CoordinatorLink link, Request request, long deadlineNanos, boolean repeatable) {
    this.link = link;
    this.request = request;
    this.deadlineNanos = deadlineNanos;
    this.repeatable = repeatable;
  }

  Request request() {
    return request;
  }

  boolean isRepeatable() {
    return repeatable;
  }

  /** When the time of this request is over. */
  long deadlineNanos() {
    return deadlineNanos;
  }

  /** When the attempt that was answered had left. */
  long sentNanos() {
    return sentNanos;
  }

  String name() {
    return request.getClass().getSimpleName();
  }

  @Override
  public void answered(Response response, long attemptSentNanos) {
    sentNanos = attemptSentNanos;
    link.answered(this, response);
  }

  @Override
  public void failed(AttxException reason) {
    link.failed(this, reason);
  }
}
