package io.attx.spring.propagation;

import io.attx.Xid;
import io.attx.client.AtClient;
import io.attx.client.CapturedContext;
import io.attx.client.GlobalTransactionContext;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;

/**
 * Joins the global transaction that a request names in its {@link XidHeader}, for all that its
 * handler does: the transaction is in the Reactor context, and automatic context propagation binds
 * the thread that works on the request at each moment. Without that propagation such a request is
 * answered with 500, and one whose header is wrong with 400, before anything is executed.
 */
public final class XidWebFilter implements WebFilter, Ordered {

  private final AtClient client;

  /** A filter that joins through that client. */
  public XidWebFilter(AtClient client) {
    this.client = client;
  }

  @Override
  public int getOrder() {
    return XidHeader.FILTER_ORDER;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
    IncomingXid incoming = IncomingXid.read(values(exchange.getRequest().getHeaders()));
    ServerHttpResponse response = exchange.getResponse();
    String refusal = incoming.refusal();
    if (refusal != null) {
      return answer(response, HttpStatus.BAD_REQUEST, refusal);
    }
    Xid xid = incoming.xid();
    if (xid == null) {
      return chain.filter(exchange);
    }
    if (!Hooks.isAutomaticContextPropagationEnabled()) {
      return answer(
          response,
          HttpStatus.INTERNAL_SERVER_ERROR,
          "The request belongs to global transaction "
              + xid
              + ", which this application cannot follow from thread to thread. Nothing was executed. Add"
              + " io.micrometer:context-propagation and leave spring.reactor.context-propagation at"
              + " auto.");
    }
    CapturedContext joined = join(xid);
    return chain
        .filter(exchange)
        .contextWrite(context -> context.put(GlobalTransactionThreadLocalAccessor.KEY, joined));
  }

  /** By methods that Spring 6 and 7 have in common. */
  private static List<String> values(HttpHeaders headers) {
    String first = headers.getFirst(XidHeader.NAME);
    List<String> values = headers.getValuesAsList(XidHeader.NAME);
    return first != null && values.isEmpty() ? List.of(first) : values;
  }

  private CapturedContext join(Xid xid) {
    try (GlobalTransactionContext.Scope left = GlobalTransactionContext.suspend();
        GlobalTransactionContext.Scope joined = client.join(xid)) {
      return GlobalTransactionContext.capture();
    }
  }

  private static Mono<Void> answer(ServerHttpResponse response, HttpStatus status, String text) {
    response.setStatusCode(status);
    response.getHeaders().setContentType(MediaType.TEXT_PLAIN);
    byte[] body = (text + "\n").getBytes(StandardCharsets.UTF_8);
    return response.writeWith(Mono.just(response.bufferFactory().wrap(body)));
  }
}
