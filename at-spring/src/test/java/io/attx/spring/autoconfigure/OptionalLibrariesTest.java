package io.attx.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import feign.RequestInterceptor;
import io.attx.client.AtClient;
import io.attx.client.ClientObserver;
import io.attx.spring.observability.AttxEndpoint;
import io.attx.spring.observability.ClientMeters;
import io.attx.spring.propagation.XidExchangeFilter;
import io.attx.spring.propagation.XidFeignInterceptor;
import io.attx.spring.propagation.XidRequestInterceptor;
import io.attx.spring.propagation.XidWebFilter;
import io.attx.spring.propagation.grpc.XidGrpcClientInterceptor;
import io.attx.spring.propagation.grpc.XidGrpcServerInterceptor;
import io.attx.spring.propagation.messaging.JoinGlobalTransactionAdvisor;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.server.WebFilter;

/** Each part is there when its library is, and only then. */
class OptionalLibrariesTest {

  private static final AutoConfigurations ALL =
      AutoConfigurations.of(
          AttxAutoConfiguration.class,
          AttxFeignAutoConfiguration.class,
          AttxGrpcAutoConfiguration.class,
          AttxMessagingAutoConfiguration.class,
          AttxObservabilityAutoConfiguration.class,
          AttxRestClientAutoConfiguration.class,
          AttxWebClientAutoConfiguration.class,
          AttxWebFluxAutoConfiguration.class);

  private static final List<Class<?>> PARTS =
      List.of(
          ClientObserver.class,
          ClientMeters.class,
          AttxEndpoint.class,
          JoinGlobalTransactionAdvisor.class,
          XidExchangeFilter.class,
          XidFeignInterceptor.class,
          XidGrpcClientInterceptor.class,
          XidGrpcServerInterceptor.class,
          XidRequestInterceptor.class);

  private final ApplicationContextRunner context =
      new ApplicationContextRunner()
          .withConfiguration(ALL)
          .withPropertyValues(
              "attx.coordinators=127.0.0.1:1", "management.endpoints.web.exposure.include=attx");

  @Test
  void withAllLibrariesEverythingIsThere() {
    context.run(
        started -> {
          assertThat(started).hasNotFailed().hasBean("attxHealthIndicator");
          PARTS.forEach(part -> assertThat(started).hasSingleBean(part));
        });
  }

  @Test
  void withoutAnyNothingIsThereAndTheApplicationStarts() {
    context
        .withClassLoader(
            new FilteredClassLoader(
                "feign",
                "io.grpc",
                "io.micrometer",
                "org.springframework.amqp",
                "org.springframework.boot.actuate",
                "org.springframework.boot.health",
                "org.springframework.grpc",
                "org.springframework.kafka",
                "org.springframework.messaging",
                "org.springframework.web",
                "reactor"))
        .run(
            started -> {
              assertThat(started)
                  .hasNotFailed()
                  .hasSingleBean(AtClient.class)
                  .doesNotHaveBean("attxHealthIndicator");
              PARTS.forEach(part -> assertThat(started).doesNotHaveBean(part));
            });
  }

  @Test
  void eachIsMissingWithItsOwnLibrary() {
    isMissing(XidRequestInterceptor.class, RestClient.class);
    isMissing(XidExchangeFilter.class, WebClient.class);
    isMissing(XidFeignInterceptor.class, RequestInterceptor.class);
    isMissing(XidGrpcServerInterceptor.class, io.grpc.ServerInterceptor.class);
    isMissing(ClientObserver.class, MeterRegistry.class);
    isMissing(ClientObserver.class, ObservationRegistry.class);
    isMissing(AttxEndpoint.class, Endpoint.class);
  }

  private void isMissing(Class<?> part, Class<?> library) {
    context
        .withClassLoader(new FilteredClassLoader(library))
        .run(started -> assertThat(started).hasNotFailed().doesNotHaveBean(part));
  }

  @Test
  void disabledMeansNoneOfThem() {
    context
        .withPropertyValues("attx.enabled=false")
        .run(
            started -> {
              assertThat(started).hasNotFailed().doesNotHaveBean("attxHealthIndicator");
              PARTS.forEach(part -> assertThat(started).doesNotHaveBean(part));
            });
  }

  @Test
  void theHealthIndicatorAndTheEndpointGoByTheUsualProperties() {
    context
        .withPropertyValues("management.health.attx.enabled=false")
        .run(started -> assertThat(started).doesNotHaveBean("attxHealthIndicator"));
    context
        .withPropertyValues("management.health.defaults.enabled=false")
        .run(started -> assertThat(started).doesNotHaveBean("attxHealthIndicator"));
    context
        .withPropertyValues("management.endpoints.web.exposure.include=health")
        .run(started -> assertThat(started).doesNotHaveBean(AttxEndpoint.class));
  }

  @Test
  void aReactiveApplicationGetsTheWebFilterAndOthersDoNot() {
    ReactiveWebApplicationContextRunner reactive =
        new ReactiveWebApplicationContextRunner()
            .withConfiguration(ALL)
            .withPropertyValues("attx.coordinators=127.0.0.1:1");
    reactive.run(started -> assertThat(started).hasSingleBean(XidWebFilter.class));
    reactive
        .withClassLoader(new FilteredClassLoader(WebFilter.class))
        .run(started -> assertThat(started).hasNotFailed().doesNotHaveBean(XidWebFilter.class));
    context.run(started -> assertThat(started).doesNotHaveBean(XidWebFilter.class));
  }
}
