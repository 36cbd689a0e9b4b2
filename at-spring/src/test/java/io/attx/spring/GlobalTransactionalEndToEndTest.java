package io.attx.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.attx.GlobalTransactionException;
import io.attx.client.AtClient;
import io.attx.client.GlobalTransactionContext;
import io.attx.coordinator.CoordinatorOptions;
import io.attx.coordinator.CoordinatorServer;
import io.attx.spring.annotation.GlobalTransactional;
import io.attx.spring.propagation.XidHeader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.HttpServerErrorException;
import org.springframework.web.client.RestClient;

/**
 * A real coordinator, a service that begins transactions, and another one behind a real servlet
 * server.
 */
class GlobalTransactionalEndToEndTest {

  private static CoordinatorServer coordinator;
  private static ConfigurableApplicationContext callee;
  private static ConfigurableApplicationContext caller;
  private static URI calleeUri;

  private final Caller service = caller.getBean(Caller.class);
  private final JdbcClient here = caller.getBean(JdbcClient.class);
  private final JdbcClient there = callee.getBean(JdbcClient.class);

  @BeforeAll
  static void start() {
    coordinator =
        CoordinatorServer.start(CoordinatorOptions.builder().port(0).inMemory(true).build());
    callee = application("callee", CalleeApplication.class, WebApplicationType.SERVLET);
    calleeUri =
        URI.create("http://127.0.0.1:" + callee.getEnvironment().getProperty("local.server.port"));
    caller = application("caller", CallerApplication.class, WebApplicationType.NONE);
    for (ConfigurableApplicationContext each : List.of(caller, callee)) {
      each.getBean(JdbcClient.class)
          .sql("CREATE TABLE note (text VARCHAR(40) PRIMARY KEY)")
          .update();
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> each.getBean(AtClient.class).isConnected());
    }
  }

  private static ConfigurableApplicationContext application(
      String name, Class<?> type, WebApplicationType web) {
    return new SpringApplicationBuilder(type)
        .web(web)
        .run(
            "--spring.application.name=" + name,
            "--spring.main.banner-mode=off",
            "--server.port=0",
            // One thread: what a request leaves behind would be seen by the next.
            "--server.tomcat.threads.max=1",
            "--spring.datasource.url=jdbc:h2:mem:" + name + ";DB_CLOSE_DELAY=-1",
            "--callee=" + calleeUri,
            "--attx.coordinators=127.0.0.1:" + coordinator.port());
  }

  @AfterAll
  static void stop() {
    caller.close();
    callee.close();
    coordinator.close();
  }

  @BeforeEach
  void empty() {
    here.sql("DELETE FROM note").update();
    there.sql("DELETE FROM note").update();
  }

  @Test
  void aMethodThatReturnsLeavesItsRowsInBothServices() {
    service.write("ok", () -> {});

    assertThat(notes(here)).containsExactly("ok");
    assertThat(notes(there)).containsExactly("ok");
    noUndoRowsAreLeft();
  }

  @Test
  void anExceptionUndoesWhatBothServicesHadCommitted() {
    Runnable failing =
        () -> {
          assertThat(notes(there)).as("committed locally before").containsExactly("bad");
          throw new IllegalStateException("no");
        };

    assertThatThrownBy(() -> service.write("bad", failing))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no");

    assertThat(notes(here)).isEmpty();
    assertThat(notes(there)).isEmpty();
    noUndoRowsAreLeft();
  }

  @Test
  void aNestedFailureThatIsCaughtStillRollsBackAndSaysSo() {
    Runnable nested =
        () ->
            assertThatThrownBy(() -> caller.getBean(Nested.class).fail())
                .isInstanceOf(IllegalStateException.class);

    assertThatThrownBy(() -> service.write("caught", nested))
        .isInstanceOf(GlobalTransactionException.class);

    assertThat(notes(here)).isEmpty();
    assertThat(notes(there)).isEmpty();
  }

  @Test
  void aFailingServiceIsAnHttpErrorOfItsCallerWhoMayCarryOn() {
    Runnable tolerant =
        () ->
            assertThatThrownBy(() -> service.callFailing())
                .isInstanceOf(HttpServerErrorException.class);

    service.write("tolerant", tolerant);

    assertThat(notes(here)).containsExactly("tolerant");
    assertThat(notes(there)).containsExactly("tolerant");
  }

  @Test
  void outsideOfATransactionNothingIsAddedToARequest() {
    assertThat(service.xidThere()).isEqualTo("none");
  }

  @Test
  void theXidArrivesAndTheThreadIsFreeAfterwards() throws Exception {
    assertThat(service.xidsHereAndThere())
        .hasSize(2)
        .satisfies(xids -> assertThat(xids.get(0)).isEqualTo(xids.get(1)));
    assertThat(get("/xid", null).body()).isEqualTo("none");
  }

  @Test
  void aHeaderThatIsNoXidIsAnsweredWith400AndNothingIsExecuted() throws Exception {
    for (String wrong :
        List.of("garbage", "", "1-2-", "zz-1-1", "1-1-99999999999999999999", "a".repeat(500))) {
      HttpResponse<String> answer = get("/xid", wrong);

      assertThat(answer.statusCode()).as(wrong).isEqualTo(400);
      assertThat(answer.body()).contains(XidHeader.NAME).contains("Nothing was executed");
    }
    assertThat(get("/xid", null).statusCode()).isEqualTo(200);
  }

  @Test
  void twoHeadersAreAnsweredWith400() throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(calleeUri.resolve("/xid"))
            .header(XidHeader.NAME, "1-1-1")
            .header(XidHeader.NAME, "1-1-2")
            .build();

    assertThat(send(request).statusCode()).isEqualTo(400);
  }

  @Test
  void aRowOfATransactionThatEndedLongAgoCannotBeWritten() throws Exception {
    String xid = service.xidsHereAndThere().get(0);
    HttpRequest late =
        HttpRequest.newBuilder(calleeUri.resolve("/notes/late"))
            .header(XidHeader.NAME, xid)
            .POST(HttpRequest.BodyPublishers.noBody())
            .build();

    assertThat(send(late).statusCode()).isEqualTo(500);
    assertThat(notes(there)).isEmpty();
  }

  private static List<String> notes(JdbcClient jdbc) {
    return jdbc.sql("SELECT text FROM note ORDER BY text").query(String.class).list();
  }

  private void noUndoRowsAreLeft() {
    for (JdbcClient jdbc : List.of(here, there)) {
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () -> jdbc.sql("SELECT COUNT(*) FROM undo_log").query(Integer.class).single() == 0);
    }
  }

  private static HttpResponse<String> get(String path, String xid)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(calleeUri.resolve(path));
    if (xid != null) {
      request.header(XidHeader.NAME, xid);
    }
    return send(request.build());
  }

  private static HttpResponse<String> send(HttpRequest request)
      throws IOException, InterruptedException {
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class CallerApplication {
    @Bean
    Caller caller(JdbcClient jdbc, RestClient.Builder builder, @Value("${callee}") String callee) {
      return new Caller(jdbc, builder.baseUrl(callee).build());
    }

    @Bean
    Nested nested() {
      return new Nested();
    }
  }

  static class Caller {
    private final JdbcClient jdbc;
    private final RestClient callee;

    Caller(JdbcClient jdbc, RestClient callee) {
      this.jdbc = jdbc;
      this.callee = callee;
    }

    @GlobalTransactional
    public void write(String text, Runnable then) {
      jdbc.sql("INSERT INTO note VALUES (?)").param(text).update();
      callee.post().uri("/notes/{text}", text).retrieve().toBodilessEntity();
      then.run();
    }

    @GlobalTransactional
    public List<String> xidsHereAndThere() {
      return List.of(GlobalTransactionContext.currentXid().toString(), xidThere());
    }

    public void callFailing() {
      callee.post().uri("/failing").retrieve().toBodilessEntity();
    }

    public String xidThere() {
      return callee.get().uri("/xid").retrieve().body(String.class);
    }
  }

  static class Nested {
    @GlobalTransactional
    public void fail() {
      throw new IllegalStateException("inner");
    }
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class CalleeApplication {
    @Bean
    Callee callee(JdbcClient jdbc) {
      return new Callee(jdbc);
    }
  }

  @RestController
  static class Callee {
    private final JdbcClient jdbc;

    Callee(JdbcClient jdbc) {
      this.jdbc = jdbc;
    }

    @PostMapping("/notes/{text}")
    @Transactional
    public void add(@PathVariable String text) {
      jdbc.sql("INSERT INTO note VALUES (?)").param(text).update();
    }

    @PostMapping("/failing")
    @Transactional
    public void fail() {
      jdbc.sql("INSERT INTO note VALUES ('failing')").update();
      throw new IllegalStateException("failing");
    }

    @GetMapping("/xid")
    public String xid() {
      return String.valueOf(GlobalTransactionContext.currentXid()).replace("null", "none");
    }
  }
}
