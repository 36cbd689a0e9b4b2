package io.attx.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.attx.client.GlobalTransactionContext;
import io.attx.spring.annotation.GlobalTransactional;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedMethod;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;

/**
 * A hundred requests at the same time over three services, a third of which fail at the end. On
 * Java 21 and newer the services run on virtual threads, and what pins one is looked at too.
 */
class ManyRequestsTest {

  private static final int REQUESTS = 100;
  private static final boolean VIRTUAL = Runtime.version().feature() >= 21;

  private static RealCoordinator coordinator;
  private static ConfigurableApplicationContext stock;
  private static ConfigurableApplicationContext account;
  private static ConfigurableApplicationContext orders;

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir static Path folder;

  @BeforeAll
  static void start() {
    coordinator = new RealCoordinator();
    stock = service("many-stock", Map.of(), Callee.class);
    account = service("many-account", Map.of(), Callee.class);
    orders =
        service("many-orders", Map.of("stock", uri(stock), "account", uri(account)), Entry.class);
  }

  private static ConfigurableApplicationContext service(
      String name, Map<String, String> properties, Class<?> type) {
    Map<String, String> all = new HashMap<>(properties);
    all.put("spring.threads.virtual.enabled", "true");
    ConfigurableApplicationContext context =
        coordinator.application(name, WebApplicationType.SERVLET, all, type);
    context.getBean(JdbcClient.class).sql("CREATE TABLE note (id INT PRIMARY KEY)").update();
    return context;
  }

  private static String uri(ConfigurableApplicationContext context) {
    return "http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port");
  }

  @AfterAll
  static void stop() {
    orders.close();
    account.close();
    stock.close();
    coordinator.close();
  }

  @Test
  void allEndAsTheyShouldAndLeaveNothingBehind() throws Exception {
    assertThat(get("/thread")).contains(VIRTUAL ? "virtual" : "platform");
    post(REQUESTS + 1); // Classes are loaded, pools are filled.
    List<RecordedEvent> pinned = recordingPinned(this::storm);

    List<Integer> kept =
        IntStream.rangeClosed(1, REQUESTS + 1).filter(id -> id % 3 != 0).boxed().toList();
    for (ConfigurableApplicationContext each : List.of(orders, stock, account)) {
      JdbcClient jdbc = each.getBean(JdbcClient.class);
      assertThat(jdbc.sql("SELECT id FROM note ORDER BY id").query(Integer.class).list())
          .as(each.getId())
          .isEqualTo(kept);
      RealCoordinator.awaitNoUndoRows(jdbc);
    }
    for (int i = 0; i < 20; i++) {
      assertThat(get("/xid")).as("no thread is still in a transaction").isEqualTo("none");
    }
    assertThat(pinned).as("virtual threads pinned by our code").isEmpty();
  }

  private void storm() throws Exception {
    ExecutorService users = Executors.newFixedThreadPool(REQUESTS);
    List<Future<Integer>> answers = new ArrayList<>();
    for (int id = 1; id <= REQUESTS; id++) {
      int current = id;
      answers.add(users.submit(() -> post(current)));
    }
    for (int id = 1; id <= REQUESTS; id++) {
      assertThat(answers.get(id - 1).get(120, TimeUnit.SECONDS))
          .as("order " + id)
          .isEqualTo(id % 3 == 0 ? 500 : 200);
    }
    users.shutdown();
  }

  private interface Work {
    void run() throws Exception;
  }

  /** Where our code pinned a virtual thread; nothing before Java 21. */
  private static List<RecordedEvent> recordingPinned(Work work) throws Exception {
    try (Recording recording = new Recording()) {
      recording.enable("jdk.VirtualThreadPinned").withoutThreshold().withStackTrace();
      recording.start();
      work.run();
      recording.stop();
      Path file = folder.resolve("pinned.jfr");
      recording.dump(file);
      return RecordingFile.readAllEvents(file).stream()
          .filter(event -> event.getEventType().getName().equals("jdk.VirtualThreadPinned"))
          .filter(ManyRequestsTest::isOurs)
          .toList();
    }
  }

  /**
   * Whether our code is what blocks (and not a library below it, like the database in this JVM), or
   * an initialisation of a class of ours is what pins.
   */
  private static boolean isOurs(RecordedEvent event) {
    if (event.getStackTrace() == null) {
      return false;
    }
    List<RecordedMethod> stack =
        event.getStackTrace().getFrames().stream().map(RecordedFrame::getMethod).toList();
    return stack.stream()
            .map(method -> method.getType().getName())
            .filter(type -> !type.startsWith("java.") && !type.startsWith("jdk."))
            .findFirst()
            .filter(type -> type.startsWith("io.attx."))
            .isPresent()
        || stack.stream()
            .anyMatch(
                method ->
                    method.getName().equals("<clinit>")
                        && method.getType().getName().startsWith("io.attx."));
  }

  private static int post(int id) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(uri(orders) + "/orders/" + id))
            .POST(HttpRequest.BodyPublishers.noBody())
            .build();
    return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  private static String get(String path) throws IOException, InterruptedException {
    return HTTP.send(
            HttpRequest.newBuilder(URI.create(uri(orders) + path)).build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  @Import(CalleeController.class)
  static class Callee {}

  @RestController
  static class CalleeController {
    private final JdbcClient jdbc;

    CalleeController(JdbcClient jdbc) {
      this.jdbc = jdbc;
    }

    @PostMapping("/notes/{id}")
    @Transactional
    public void add(@PathVariable int id) {
      jdbc.sql("INSERT INTO note VALUES (?)").param(id).update();
    }
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  @Import(EntryController.class)
  static class Entry {
    @Bean
    Orders orders(
        JdbcClient jdbc,
        RestClient.Builder builder,
        @Value("${stock}") String stock,
        @Value("${account}") String account) {
      return new Orders(
          jdbc, builder.clone().baseUrl(stock).build(), builder.clone().baseUrl(account).build());
    }
  }

  static class Orders {
    private final JdbcClient jdbc;
    private final List<RestClient> others;

    Orders(JdbcClient jdbc, RestClient... others) {
      this.jdbc = jdbc;
      this.others = List.of(others);
    }

    @GlobalTransactional
    public void place(int id) {
      jdbc.sql("INSERT INTO note VALUES (?)").param(id).update();
      for (RestClient each : others) {
        each.post().uri("/notes/{id}", id).retrieve().toBodilessEntity();
      }
      if (id % 3 == 0) {
        throw new IllegalStateException("order " + id + " fails at the end");
      }
    }
  }

  @RestController
  static class EntryController {
    private final Orders orders;

    EntryController(Orders orders) {
      this.orders = orders;
    }

    @PostMapping("/orders/{id}")
    public void place(@PathVariable int id) {
      orders.place(id);
    }

    @GetMapping("/xid")
    public String xid() {
      return GlobalTransactionContext.currentXid() == null ? "none" : "bound";
    }

    @GetMapping("/thread")
    public String thread() {
      // Java 17 knows no virtual threads; their text starts like this in the versions that do.
      return Thread.currentThread().toString().startsWith("VirtualThread") ? "virtual" : "platform";
    }
  }
}
