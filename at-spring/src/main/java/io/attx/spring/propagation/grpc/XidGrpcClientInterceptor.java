package io.attx.spring.propagation.grpc;

import io.attx.client.GlobalTransactionContext;
import io.attx.client.Participation;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;

/**
 * Adds the xid of the global transaction of the thread that starts a call. Outside of a transaction
 * nothing is added. Thread-safe.
 */
public final class XidGrpcClientInterceptor implements ClientInterceptor {

  /** An interceptor. */
  public XidGrpcClientInterceptor() {}

  @Override
  public <Q, R> ClientCall<Q, R> interceptCall(
      MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
    return new ForwardingClientCall.SimpleForwardingClientCall<>(next.newCall(method, options)) {
      @Override
      public void start(Listener<R> listener, Metadata headers) {
        Participation participation = GlobalTransactionContext.current();
        if (participation != null) {
          headers.discardAll(XidMetadata.KEY);
          headers.put(XidMetadata.KEY, participation.export().toString());
        }
        super.start(listener, headers);
      }
    };
  }
}
