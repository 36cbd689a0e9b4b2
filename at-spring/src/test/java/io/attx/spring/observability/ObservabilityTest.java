package io.attx.spring.observability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.attx.client.AtClient;
import io.attx.client.GlobalTransactionContext;
import io.attx.coordinator.CoordinatorOptions;
import io.attx.coordinator.CoordinatorServer;
import io.attx.spring.annotation.GlobalTransactional;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

/** An application with the actuator: what operators and traces see of its transactions. */
class ObservabilityTest {

  private static CoordinatorServer coordinator;
  private static ConfigurableApplicationContext context;

  private final Orders orders = context.getBean(Orders.class);
  private final Spans spans = context.getBean(Spans.class);
  private final MeterRegistry meters = context.getBean(MeterRegistry.class);
  private final ObservationRegistry observations = context.getBean(ObservationRegistry.class);

  @BeforeAll
  static void start() {
    coordinator =
        CoordinatorServer.start(CoordinatorOptions.builder().port(0).inMemory(true).build());
    context =
        new SpringApplicationBuilder(Application.class)
            .web(WebApplicationType.SERVLET)
            .run(
                "--spring.main.banner-mode=off",
                "--server.port=0",
                "--management.endpoints.web.exposure.include=*",
                "--management.endpoint.health.show-details=always",
                "--spring.datasource.url=jdbc:h2:mem:observability;DB_CLOSE_DELAY=-1",
                "--attx.coordinators=127.0.0.1:" + coordinator.port());
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> context.getBean(AtClient.class).isConnected());
    context.getBean(JdbcClient.class).sql("CREATE TABLE item (id INT PRIMARY KEY)").update();
  }

  @AfterAll
  static void stop() {
    context.close();
    coordinator.close();
  }

  @BeforeEach
  void empty() {
    context.getBean(JdbcClient.class).sql("DELETE FROM item").update();
    spans.all.clear();
  }

  @Test
  void transactionAndBranchAreSpansOfTheTraceOfTheirCaller() {
    Observation.createNotStarted("request", observations).observe(() -> orders.place(1, () -> {}));

    assertThat(spans.all)
        .extracting(Span::name, Span::parent)
        .containsExactly(
            tuple("attx.branch", "attx.transaction"),
            tuple("attx.transaction", "request"),
            tuple("request", "none"));
    assertThat(spans.all.get(0).keys())
        .contains("outcome=committed")
        .contains("database=H2 jdbc:h2:mem:observability");
    assertThat(spans.all.get(1).keys())
        .contains("name=place-order")
        .contains("outcome=committed")
        .contains("xid=");
    assertThat(observations.getCurrentObservation()).isNull();
  }

  @Test
  void metersTellOutcomesPhasesLocksAndUndo() {
    double committed = timer("attx.transaction", "outcome", "committed");
    double rolledBack = timer("attx.transaction", "outcome", "rolled_back");
    orders.place(2, () -> {});
    assertThatThrownBy(
            () ->
                orders.place(
                    3,
                    () -> {
                      throw new IllegalStateException("no");
                    }))
        .hasMessage("no");

    assertThat(timer("attx.transaction", "outcome", "committed")).isEqualTo(committed + 1);
    assertThat(timer("attx.transaction", "outcome", "rolled_back")).isEqualTo(rolledBack + 1);
    assertThat(timer("attx.decision", "outcome", "rolled_back")).isPositive();
    assertThat(timer("attx.branch", "outcome", "committed")).isPositive();
    assertThat(timer("attx.lock.wait", "granted", "true")).isPositive();
    assertThat(timer("attx.phase.two", "action", "rollback")).isPositive();
    assertThat(meters.get("attx.undo.rows").summary().max()).isEqualTo(1);
    assertThat(meters.get("attx.undo.bytes").summary().totalAmount()).isPositive();
    assertThat(meters.get("attx.connected").gauge().value()).isEqualTo(1);
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                timer("attx.phase.two", "action", "commit") > 0
                    && meters.get("attx.phase.two.running").gauge().value() == 0);
  }

  private double timer(String name, String tag, String value) {
    return meters.find(name).tag(tag, value).timers().stream()
        .mapToLong(each -> each.count())
        .sum();
  }

  @Test
  void theEndpointShowsTheLiveTransactionAndItsUndoRow() {
    String[] xid = new String[1];
    String[] report = new String[1];
    orders.place(
        4,
        () -> {
          xid[0] = String.valueOf(GlobalTransactionContext.currentXid());
          assertThat(MDC.get("attx.xid")).isEqualTo(xid[0]);
          report[0] = get("/actuator/attx");
        });

    assertThat(report[0])
        .contains("\"connected\":true")
        .contains("\"xid\":\"" + xid[0] + "\"")
        .contains("\"name\":\"place-order\"")
        .contains("H2 jdbc:h2:mem:observability")
        .containsPattern("\"dataSource\":\\{[^}]*\"rows\":[1-9]");
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              String later = get("/actuator/attx");
              return later.contains("\"transactions\":[]") && later.matches("(?s).*\"rows\":0.*");
            });
  }

  @Test
  void healthIsThatOfTheLinkToTheCoordinator() {
    assertThat(get("/actuator/health"))
        .containsPattern("\"attx\":\\{[^}]*\"coordinator\":\"connected\"");
  }

  private static String get(String path) {
    String port = context.getEnvironment().getProperty("local.server.port");
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build();
    try {
      return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Application {
    @Bean
    Orders orders(JdbcClient jdbc) {
      return new Orders(jdbc);
    }

    @Bean
    Spans spans() {
      return new Spans();
    }
  }

  static class Orders {
    private final JdbcClient jdbc;

    Orders(JdbcClient jdbc) {
      this.jdbc = jdbc;
    }

    @GlobalTransactional(name = "place-order")
    public void place(int id, Runnable then) {
      jdbc.sql("INSERT INTO item VALUES (?)").param(id).update();
      then.run();
    }
  }

  /** One ended observation. */
  record Span(String name, String parent, String keys) {}

  /**
   * What a tracer would export, in the order in which it ended; requests to this application not.
   */
  static class Spans implements ObservationHandler<Observation.Context> {
    final List<Span> all = new CopyOnWriteArrayList<>();

    @Override
    public void onStop(Observation.Context ended) {
      if (ended.getName().startsWith("http")) {
        return;
      }
      String parent =
          ended.getParentObservation() == null
              ? "none"
              : ended.getParentObservation().getContextView().getName();
      StringBuilder keys = new StringBuilder();
      ended
          .getAllKeyValues()
          .forEach(key -> keys.append(key.getKey()).append('=').append(key.getValue()).append(' '));
      all.add(new Span(ended.getName(), parent, keys.toString()));
    }

    @Override
    public boolean supportsContext(Observation.Context any) {
      return true;
    }
  }
}
