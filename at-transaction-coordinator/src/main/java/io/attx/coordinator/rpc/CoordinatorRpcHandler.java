package io.attx.coordinator.rpc;

import io.attx.coordinator.runtime.CoordinatorRuntime;
import io.attx.protocol.Hello;
import io.attx.protocol.ProtocolVersion;
import io.attx.protocol.RefusalCode;
import io.attx.protocol.Refused;
import io.attx.protocol.Request;
import io.attx.transport.RpcConnection;
import io.attx.transport.RpcHandler;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Hands requests to the runtime. The first one of a connection must be a hello with the right token
 * and a protocol version that both sides speak; before that nothing reaches the runtime. Until
 * {@link #serve} was called everything is refused as not available yet.
 */
public final class CoordinatorRpcHandler implements RpcHandler {
  private final TokenCheck token;
  private final AtomicLong requests = new AtomicLong();
  private final AtomicLong refusedHellos = new AtomicLong();
  private volatile @Nullable CoordinatorRuntime runtime;

  /** Asks clients for this token. */
  public CoordinatorRpcHandler(TokenCheck token) {
    this.token = token;
  }

  /** From now on requests reach the runtime. */
  public void serve(CoordinatorRuntime target) {
    this.runtime = target;
  }

  /** Requests of all connections so far. */
  public long requests() {
    return requests.get();
  }

  /** Hellos with a wrong token or without a common protocol version so far. */
  public long refusedHellos() {
    return refusedHellos.get();
  }

  @Override
  public void request(RpcConnection connection, long requestId, Request request) {
    requests.incrementAndGet();
    CoordinatorRuntime target = runtime;
    if (connection.attachment() instanceof ConnectionLink link && target != null) {
      target.request(link, requestId, request);
    } else if (!(request instanceof Hello hello)) {
      connection.respond(
          requestId,
          Refused.of(RefusalCode.AUTHENTICATION, "the first message must be an accepted Hello"));
    } else {
      hello(connection, requestId, hello, target);
    }
  }

  private void hello(
      RpcConnection connection, long requestId, Hello hello, @Nullable CoordinatorRuntime target) {
    Refused refused = refusal(hello);
    if (refused != null) {
      refusedHellos.incrementAndGet();
      connection.respond(requestId, refused);
    } else if (target == null) {
      connection.respond(
          requestId, Refused.of(RefusalCode.UNAVAILABLE, "the coordinator is starting; try again"));
    } else {
      ConnectionLink link = new ConnectionLink(connection);
      connection.attach(link);
      target.request(link, requestId, hello);
    }
  }

  private @Nullable Refused refusal(Hello hello) {
    if (!token.accepts(hello.token())) {
      return Refused.of(
          RefusalCode.AUTHENTICATION,
          hello.token().isEmpty()
              ? "this coordinator asks for a token and the client \""
                  + hello.application()
                  + "\" sent none: set the one that the coordinator was started with"
              : "the token of the client \""
                  + hello.application()
                  + "\" is wrong: set the one that the coordinator was started with");
    }
    if (ProtocolVersion.negotiate(hello.minVersion(), hello.maxVersion()) == 0) {
      return Refused.of(
          RefusalCode.PROTOCOL_VERSION,
          "the client \""
              + hello.application()
              + "\" speaks the protocol versions "
              + hello.minVersion()
              + " to "
              + hello.maxVersion()
              + ", this coordinator "
              + ProtocolVersion.OLDEST
              + " to "
              + ProtocolVersion.NEWEST
              + ": upgrade the older side");
    }
    return null;
  }

  @Override
  public void closed(RpcConnection connection) {
    CoordinatorRuntime target = runtime;
    if (connection.attachment() instanceof ConnectionLink link && target != null) {
      target.closed(link);
    }
  }
}
