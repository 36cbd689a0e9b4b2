package io.attx.spring;

import static org.awaitility.Awaitility.await;

import io.attx.client.AtClient;
import io.attx.coordinator.CoordinatorOptions;
import io.attx.coordinator.CoordinatorServer;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A coordinator in memory, and applications that are connected to it. */
public final class RealCoordinator implements AutoCloseable {

  private final CoordinatorServer server =
      CoordinatorServer.start(CoordinatorOptions.builder().port(0).inMemory(true).build());

  /** Where it listens. */
  public String address() {
    return "127.0.0.1:" + server.port();
  }

  /** How many requests wait for a lock. */
  public int waiting() {
    return server.status(1).join().counts().waiting();
  }

  /** Starts an application with a database of its own; returns when it is connected. */
  public ConfigurableApplicationContext application(
      String name, WebApplicationType web, Map<String, String> properties, Class<?>... sources) {
    Stream<String> common =
        Stream.of(
            "spring.application.name=" + name,
            "spring.main.banner-mode=off",
            "server.port=0",
            "spring.datasource.url=jdbc:h2:mem:" + name + ";DB_CLOSE_DELAY=-1",
            "attx.coordinators=" + address());
    Stream<String> own =
        properties.entrySet().stream().map(each -> each.getKey() + "=" + each.getValue());
    ConfigurableApplicationContext context =
        new SpringApplicationBuilder(sources)
            .web(web)
            .run(Stream.concat(common, own).map(each -> "--" + each).toArray(String[]::new));
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> context.getBean(AtClient.class).isConnected());
    return context;
  }

  /** Waits until a database has no undo row left. */
  public static void awaitNoUndoRows(JdbcClient jdbc) {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> jdbc.sql("SELECT COUNT(*) FROM undo_log").query(Integer.class).single() == 0);
  }

  @Override
  public void close() {
    server.close();
  }
}
