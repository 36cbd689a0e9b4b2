package io.attx.spring.propagation;

import io.attx.Xid;
import io.attx.client.CapturedContext;
import io.attx.client.GlobalTransactionContext;
import io.attx.client.Participation;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.ExchangeFunction;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.ContextView;

/**
 * Adds the xid to the requests of a {@code WebClient}: that of the Reactor context, else that of
 * the subscribing thread. A thread that must not block does not wait for the coordinator to know of
 * the transaction: another one does. Thread-safe.
 */
public final class XidExchangeFilter implements ExchangeFilterFunction {

  @Override
  public Mono<ClientResponse> filter(ClientRequest request, ExchangeFunction next) {
    return Mono.deferContextual(
        context -> {
          Participation participation = participation(context);
          if (participation == null) {
            return next.exchange(request);
          }
          if (!Schedulers.isInNonBlockingThread()) {
            return next.exchange(naming(request, participation.export()));
          }
          return Mono.fromCallable(participation::export)
              .subscribeOn(Schedulers.boundedElastic())
              .flatMap(xid -> next.exchange(naming(request, xid)));
        });
  }

  private static @Nullable Participation participation(ContextView context) {
    Object captured = context.getOrDefault(GlobalTransactionThreadLocalAccessor.KEY, null);
    return captured instanceof CapturedContext known
        ? known.participation()
        : GlobalTransactionContext.current();
  }

  private static ClientRequest naming(ClientRequest request, Xid xid) {
    return ClientRequest.from(request)
        .headers(headers -> headers.set(XidHeader.NAME, xid.toString()))
        .build();
  }

  /**
   * Adds this one to what a client has of its kind, unless one is there already.
   *
   * @return whether it was added
   */
  public boolean addTo(List<ExchangeFilterFunction> filters) {
    return filters.stream().noneMatch(XidExchangeFilter.class::isInstance) && filters.add(this);
  }
}
