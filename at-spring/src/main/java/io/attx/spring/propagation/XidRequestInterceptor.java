package io.attx.spring.propagation;

import io.attx.client.GlobalTransactionContext;
import io.attx.client.Participation;
import java.io.IOException;
import java.util.List;
import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;

/**
 * Adds the xid of the calling thread's global transaction to an outgoing request. The first such
 * request makes the coordinator know of the transaction, before it leaves. Outside of a global
 * transaction nothing is added. Thread-safe.
 */
public final class XidRequestInterceptor implements ClientHttpRequestInterceptor {

  @Override
  public ClientHttpResponse intercept(
      HttpRequest request, byte[] body, ClientHttpRequestExecution execution) throws IOException {
    Participation participation = GlobalTransactionContext.current();
    if (participation != null) {
      request.getHeaders().set(XidHeader.NAME, participation.export().toString());
    }
    return execution.execute(request, body);
  }

  /**
   * Adds this one to what a client has of its kind, unless one is there already.
   *
   * @return whether it was added
   */
  public boolean addTo(List<ClientHttpRequestInterceptor> interceptors) {
    return interceptors.stream().noneMatch(XidRequestInterceptor.class::isInstance)
        && interceptors.add(this);
  }
}
