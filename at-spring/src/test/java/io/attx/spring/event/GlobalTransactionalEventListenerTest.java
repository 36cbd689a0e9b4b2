package io.attx.spring.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attx.Xid;
import io.attx.client.AtClient;
import io.attx.client.GlobalTransactionContext;
import io.attx.spring.RealCoordinator;
import io.attx.spring.annotation.GlobalTransactional;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.simple.JdbcClient;

@ExtendWith(OutputCaptureExtension.class)
class GlobalTransactionalEventListenerTest {

  private static RealCoordinator coordinator;
  private static ConfigurableApplicationContext context;

  private final Orders orders = context.getBean(Orders.class);
  private final Listeners listeners = context.getBean(Listeners.class);
  private final JdbcClient jdbc = context.getBean(JdbcClient.class);

  @BeforeAll
  static void start() {
    coordinator = new RealCoordinator();
    context =
        coordinator.application("events", WebApplicationType.NONE, Map.of(), Application.class);
    context
        .getBean(JdbcClient.class)
        .sql("CREATE TABLE note (text VARCHAR(40) PRIMARY KEY)")
        .update();
  }

  @AfterAll
  static void stop() {
    context.close();
    coordinator.close();
  }

  @BeforeEach
  void empty() {
    jdbc.sql("DELETE FROM note").update();
    listeners.heard.clear();
  }

  @Test
  void listenersHearOfACommitInTheirPhases() {
    orders.place("pen", null);

    assertThat(listeners.heard)
        .containsExactly(
            "at once pen",
            "before commit pen, inside",
            "after commit pen, outside",
            "after completion pen, outside");
    assertThat(notes()).containsExactly("audit pen", "pen");
  }

  @Test
  void listenersHearOfARollback() {
    assertThatThrownBy(() -> orders.place("ink", new IllegalStateException("no"))).hasMessage("no");

    assertThat(listeners.heard)
        .containsExactly(
            "at once ink", "after rollback ink, outside", "after completion ink, outside");
    assertThat(notes()).isEmpty();
  }

  @Test
  void aFailureBeforeTheCommitRollsBackAndReachesTheCaller() {
    assertThatThrownBy(() -> orders.place("fails before", null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("not this one");

    assertThat(listeners.heard).contains("after rollback fails before, outside");
    assertThat(notes()).isEmpty();
  }

  @Test
  void aFailureAfterTheCommitChangesNothingAndIsLoggedWithTheTransaction(CapturedOutput output) {
    Xid xid = orders.place("fails after", null);

    assertThat(notes()).containsExactly("audit fails after", "fails after");
    assertThat(listeners.heard).contains("after completion fails after, outside");
    assertThat(output)
        .contains("afterCommit of the listener Listeners.afterCommit failed")
        .contains(xid.toString())
        .contains("mail server gone");
  }

  @Test
  void outsideOfATransactionOnlyAFallbackIsCalled() {
    context.publishEvent(new Placed("nowhere"));

    assertThat(listeners.heard)
        .containsExactly("at once nowhere", "after completion nowhere, outside");
  }

  @Test
  void aServiceThatOnlyTakesPartCannotWaitForTheEnd() {
    try (GlobalTransactionContext.Scope joined =
        context.getBean(AtClient.class).join(new Xid(1, 2, 3))) {
      assertThatThrownBy(() -> context.publishEvent(new Placed("joined")))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("begun by another process");
    }
  }

  private List<String> notes() {
    return jdbc.sql("SELECT text FROM note ORDER BY text").query(String.class).list();
  }

  record Placed(String item) {}

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Application {
    @Bean
    Orders orders(JdbcClient jdbc, ApplicationEventPublisher events) {
      return new Orders(jdbc, events);
    }

    @Bean
    Listeners listeners(JdbcClient jdbc) {
      return new Listeners(jdbc);
    }
  }

  static class Orders {
    private final JdbcClient jdbc;
    private final ApplicationEventPublisher events;

    Orders(JdbcClient jdbc, ApplicationEventPublisher events) {
      this.jdbc = jdbc;
      this.events = events;
    }

    @GlobalTransactional
    public Xid place(String item, RuntimeException failure) {
      jdbc.sql("INSERT INTO note VALUES (?)").param(item).update();
      events.publishEvent(new Placed(item));
      if (failure != null) {
        throw failure;
      }
      return GlobalTransactionContext.currentXid();
    }
  }

  static class Listeners {
    final List<String> heard = new CopyOnWriteArrayList<>();
    private final JdbcClient jdbc;

    Listeners(JdbcClient jdbc) {
      this.jdbc = jdbc;
    }

    private void heard(String phase, Placed event) {
      boolean inside = GlobalTransactionContext.currentXid() != null;
      heard.add(phase + " " + event.item() + (inside ? ", inside" : ", outside"));
    }

    @EventListener
    @Order(0)
    public void atOnce(Placed event) {
      heard.add("at once " + event.item());
    }

    @GlobalTransactionalEventListener(phase = GlobalTransactionPhase.BEFORE_COMMIT)
    @Order(1)
    public void beforeCommit(Placed event) {
      heard("before commit", event);
      if (event.item().equals("fails before")) {
        throw new IllegalArgumentException("not this one");
      }
      jdbc.sql("INSERT INTO note VALUES (?)").param("audit " + event.item()).update();
    }

    @GlobalTransactionalEventListener
    @Order(2)
    public void afterCommit(Placed event) {
      heard("after commit", event);
      if (event.item().equals("fails after")) {
        throw new IllegalStateException("mail server gone");
      }
    }

    @GlobalTransactionalEventListener(phase = GlobalTransactionPhase.AFTER_ROLLBACK)
    @Order(3)
    public void afterRollback(Placed event) {
      heard("after rollback", event);
    }

    @GlobalTransactionalEventListener(
        phase = GlobalTransactionPhase.AFTER_COMPLETION,
        fallbackExecution = true)
    @Order(4)
    public void afterCompletion(Placed event) {
      heard("after completion", event);
    }

    @GlobalTransactionalEventListener(condition = "#root.args[0].item() == 'never'")
    public void onCondition(Placed event) {
      throw new AssertionError("the condition was ignored");
    }
  }
}
