package io.attx.spring.propagation.grpc;

import io.attx.Xid;
import io.attx.client.AtClient;
import io.attx.client.CapturedContext;
import io.attx.client.GlobalTransactionContext;
import io.attx.spring.propagation.IncomingXid;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Joins the global transaction that a call names, during each callback of the call, on whichever
 * thread it comes. Metadata that is not one valid xid closes the call with INVALID_ARGUMENT before
 * anything is executed. A service that joins never decides. Thread-safe.
 */
public final class XidGrpcServerInterceptor implements ServerInterceptor {

  private final AtClient client;

  /** An interceptor that joins through that client. */
  public XidGrpcServerInterceptor(AtClient client) {
    this.client = client;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    IncomingXid incoming = IncomingXid.read(values(headers));
    if (incoming.refusal() != null) {
      call.close(Status.INVALID_ARGUMENT.withDescription(incoming.refusal()), new Metadata());
      return new ServerCall.Listener<>() {};
    }
    Xid xid = incoming.xid();
    CapturedContext context = contextOf(xid);
    try (GlobalTransactionContext.Scope scope = context.open()) {
      return new BoundListener<>(next.startCall(call, headers), context);
    }
  }

  private static List<String> values(Metadata headers) {
    List<String> values = new ArrayList<>(1);
    Iterable<String> found = headers.getAll(XidMetadata.KEY);
    if (found != null) {
      found.forEach(values::add);
    }
    return values;
  }

  /** The transaction of the call, or none at all, whatever the thread was in before. */
  private CapturedContext contextOf(@Nullable Xid xid) {
    try (GlobalTransactionContext.Scope left = GlobalTransactionContext.suspend()) {
      if (xid == null) {
        return GlobalTransactionContext.capture();
      }
      try (GlobalTransactionContext.Scope joined = client.join(xid)) {
        return GlobalTransactionContext.capture();
      }
    }
  }

  /** Binds the thread of each callback. */
  private static final class BoundListener<Q> extends ServerCall.Listener<Q> {
    private final ServerCall.Listener<Q> delegate;
    private final CapturedContext context;

    BoundListener(ServerCall.Listener<Q> delegate, CapturedContext context) {
      this.delegate = delegate;
      this.context = context;
    }

    private void run(Runnable callback) {
      try (GlobalTransactionContext.Scope scope = context.open()) {
        callback.run();
      }
    }

    @Override
    public void onMessage(Q message) {
      run(() -> delegate.onMessage(message));
    }

    @Override
    public void onHalfClose() {
      run(delegate::onHalfClose);
    }

    @Override
    public void onCancel() {
      run(delegate::onCancel);
    }

    @Override
    public void onComplete() {
      run(delegate::onComplete);
    }

    @Override
    public void onReady() {
      run(delegate::onReady);
    }
  }
}
