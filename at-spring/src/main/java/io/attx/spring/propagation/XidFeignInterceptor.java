package io.attx.spring.propagation;

import feign.RequestInterceptor;
import feign.RequestTemplate;
import io.attx.client.GlobalTransactionContext;
import io.attx.client.Participation;

/**
 * Adds the xid of the calling thread's global transaction to the requests of Feign clients. Spring
 * Cloud OpenFeign uses each bean of its kind. Thread-safe.
 */
public final class XidFeignInterceptor implements RequestInterceptor {

  /** An interceptor. */
  public XidFeignInterceptor() {}

  @Override
  public void apply(RequestTemplate request) {
    Participation participation = GlobalTransactionContext.current();
    if (participation != null) {
      request.removeHeader(XidHeader.NAME);
      request.header(XidHeader.NAME, participation.export().toString());
    }
  }
}
