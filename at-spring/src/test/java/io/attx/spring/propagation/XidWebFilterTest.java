package io.attx.spring.propagation;

import static org.assertj.core.api.Assertions.assertThat;

import io.attx.client.AtClient;
import io.attx.client.AtClientOptions;
import io.attx.client.GlobalTransactionContext;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpStatus;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The filter where Reactor's automatic context propagation is off, and where it is on. */
class XidWebFilterTest {

  private final boolean before = Hooks.isAutomaticContextPropagationEnabled();
  private final List<String> handled = new ArrayList<>();
  private AtClient client;

  @BeforeEach
  void connect() {
    client = AtClient.connect(AtClientOptions.builder().coordinators("127.0.0.1:1").build());
    Hooks.disableAutomaticContextPropagation();
  }

  @AfterEach
  void restore() {
    client.close();
    if (before) {
      Hooks.enableAutomaticContextPropagation();
    } else {
      Hooks.disableAutomaticContextPropagation();
    }
  }

  private HttpStatus request(String xid) {
    MockServerHttpRequest.BaseBuilder<?> request = MockServerHttpRequest.get("/");
    if (xid != null) {
      request.header(XidHeader.NAME, xid);
    }
    MockServerWebExchange exchange = MockServerWebExchange.from(request);
    new XidWebFilter(client)
        .filter(
            exchange,
            handling ->
                Mono.<Void>fromRunnable(
                        () -> handled.add(String.valueOf(GlobalTransactionContext.currentXid())))
                    .subscribeOn(Schedulers.boundedElastic()))
        .block();
    return (HttpStatus) exchange.getResponse().getStatusCode();
  }

  @Test
  void aRequestOfATransactionThatCannotBeFollowedIsNotHandled() {
    assertThat(request("7-1-1")).isEqualTo(HttpStatus.INTERNAL_SERVER_ERROR);
    assertThat(handled).isEmpty();
  }

  @Test
  void aRequestOutsideOfATransactionIsHandledAllTheSame() {
    assertThat(request(null)).isNull();
    assertThat(handled).containsExactly("null");
  }

  @Test
  void withPropagationTheHandlerIsInTheTransactionOnWhicheverThread() {
    Hooks.enableAutomaticContextPropagation();

    assertThat(request("7-1-1")).isNull();
    assertThat(handled).containsExactly("7-1-1");
    assertThat(GlobalTransactionContext.current()).isNull();
  }

  @Test
  void aWrongHeaderIsABadRequest() {
    assertThat(request("garbage")).isEqualTo(HttpStatus.BAD_REQUEST);
    assertThat(handled).isEmpty();
  }
}
