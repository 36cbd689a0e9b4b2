package io.attx.spring.propagation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.attx.Xid;
import io.attx.client.AtClient;
import io.attx.client.CapturedContext;
import io.attx.client.GlobalTransaction;
import io.attx.client.GlobalTransactionContext;
import io.attx.client.GlobalTransactionOptions;
import io.attx.coordinator.CoordinatorOptions;
import io.attx.coordinator.CoordinatorServer;
import io.attx.spring.annotation.GlobalTransactional;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.support.ContextPropagatingTaskDecorator;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** An application with one pooled thread and Spring's context-propagating task decorator. */
class ContextOverThreadsTest {

  private static CoordinatorServer coordinator;
  private static ConfigurableApplicationContext context;

  private final Caller caller = context.getBean(Caller.class);
  private final Worker worker = context.getBean(Worker.class);
  private final Executor pool = context.getBean("applicationTaskExecutor", Executor.class);
  private final AtClient client = context.getBean(AtClient.class);
  private final JdbcClient jdbc = context.getBean(JdbcClient.class);

  @BeforeAll
  static void start() {
    coordinator =
        CoordinatorServer.start(CoordinatorOptions.builder().port(0).inMemory(true).build());
    context =
        new SpringApplicationBuilder(Application.class)
            .web(WebApplicationType.NONE)
            .run(
                "--spring.main.banner-mode=off",
                "--spring.task.execution.pool.core-size=1",
                "--spring.task.execution.pool.max-size=1",
                "--spring.datasource.url=jdbc:h2:mem:threads;DB_CLOSE_DELAY=-1",
                "--attx.coordinators=127.0.0.1:" + coordinator.port());
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> context.getBean(AtClient.class).isConnected());
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
  }

  @AfterEach
  void nobodyIsLeftInATransaction() {
    assertThat(GlobalTransactionContext.current()).isNull();
    assertThat(CompletableFuture.supplyAsync(GlobalTransactionContext::currentXid, pool).join())
        .isNull();
  }

  @Test
  void anAsyncMethodTakesPartInTheTransactionOfItsCaller() {
    List<Xid> seen = caller.inside(() -> worker.xid().join());

    assertThat(seen.get(1)).isEqualTo(seen.get(0));
    assertThat(worker.xid().join()).isNull();
  }

  @Test
  void whatAnAsyncMethodCommittedIsUndone() {
    assertThatThrownBy(
            () ->
                caller.inside(
                    () -> {
                      worker.write("async").join();
                      assertThat(notes()).containsExactly("async");
                      throw new IllegalStateException("no");
                    }))
        .hasMessage("no");

    assertThat(notes()).isEmpty();
  }

  @Test
  void aCompletableFutureOnTheExecutorOfSpringTakesPart() {
    List<Xid> seen =
        caller.inside(
            () -> CompletableFuture.supplyAsync(GlobalTransactionContext::currentXid, pool).join());

    assertThat(seen.get(1)).isEqualTo(seen.get(0));
  }

  @Test
  @EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "there are no virtual threads before")
  void aVirtualThreadTakesPart() {
    SimpleAsyncTaskExecutor virtual = new SimpleAsyncTaskExecutor();
    virtual.setVirtualThreads(true);
    virtual.setTaskDecorator(new ContextPropagatingTaskDecorator());

    List<Xid> seen =
        caller.inside(
            () ->
                CompletableFuture.supplyAsync(GlobalTransactionContext::currentXid, virtual)
                    .join());

    assertThat(seen.get(1)).isEqualTo(seen.get(0));
  }

  @Test
  void reactorCarriesTheTransactionFromThreadToThread() {
    boolean before = Hooks.isAutomaticContextPropagationEnabled();
    Hooks.enableAutomaticContextPropagation();
    try {
      List<Xid> seen =
          caller.inside(
              () ->
                  Mono.just(1)
                      .publishOn(Schedulers.parallel())
                      .map(one -> GlobalTransactionContext.currentXid())
                      .publishOn(Schedulers.boundedElastic())
                      .filter(xid -> xid.equals(GlobalTransactionContext.currentXid()))
                      .block());

      assertThat(seen.get(1)).isEqualTo(seen.get(0));
    } finally {
      if (!before) {
        Hooks.disableAutomaticContextPropagation();
      }
    }
  }

  @Test
  void aTransactionThatATaskForgotIsNotThereForTheNextTask() {
    Xid forgotten =
        CompletableFuture.supplyAsync(
                () -> client.begin(GlobalTransactionOptions.named("forgotten")).xid(), pool)
            .join();

    assertThat(forgotten).isNotNull();
    assertThat(CompletableFuture.supplyAsync(GlobalTransactionContext::currentXid, pool).join())
        .isNull();
  }

  @Test
  void aTaskOfNobodyDoesNotRunInWhatTheThreadWasLeftIn() {
    GlobalTransactionThreadLocalAccessor accessor = new GlobalTransactionThreadLocalAccessor();
    CapturedContext nothing = accessor.getValue();
    GlobalTransaction left = client.begin(GlobalTransactionOptions.named("left on the thread"));
    try {
      accessor.setValue(nothing);
      assertThat(GlobalTransactionContext.current()).isNull();
      accessor.restore(nothing);
      accessor.setValue();
      assertThat(GlobalTransactionContext.current()).isNull();
      accessor.restore();
      assertThat(GlobalTransactionContext.currentXid()).isEqualTo(left.xid());
    } finally {
      left.rollback();
    }
  }

  @Test
  void aTaskThatStartsAfterTheEndCanWriteNothing() {
    CompletableFuture<Void> gate = new CompletableFuture<>();
    pool.execute(gate::join); // The only thread is busy until the transaction is over.
    List<CompletableFuture<Void>> started = new ArrayList<>();
    caller.startWriting(worker, "late", started);
    gate.complete(null);

    assertThatThrownBy(started.get(0)::join).rootCause().hasMessageContaining("has ended");
    assertThat(notes()).isEmpty();
  }

  private List<String> notes() {
    return jdbc.sql("SELECT text FROM note").query(String.class).list();
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  @EnableAsync
  static class Application {
    @Bean
    ContextPropagatingTaskDecorator contextPropagatingTaskDecorator() {
      return new ContextPropagatingTaskDecorator();
    }

    @Bean
    Caller caller() {
      return new Caller();
    }

    @Bean
    Worker worker(JdbcClient jdbc) {
      return new Worker(jdbc);
    }
  }

  static class Caller {
    /** Own xid and what the work returns. */
    @GlobalTransactional
    public List<Xid> inside(Supplier<Xid> work) {
      return List.of(GlobalTransactionContext.currentXid(), work.get());
    }

    /** Breaks the rule that such tasks must end before the transaction does. */
    @GlobalTransactional
    public void startWriting(Worker worker, String text, List<CompletableFuture<Void>> started) {
      started.add(worker.write(text));
    }
  }

  static class Worker {
    private final JdbcClient jdbc;

    Worker(JdbcClient jdbc) {
      this.jdbc = jdbc;
    }

    @Async
    public CompletableFuture<Xid> xid() {
      return CompletableFuture.completedFuture(GlobalTransactionContext.currentXid());
    }

    @Async
    public CompletableFuture<Void> write(String text) {
      jdbc.sql("INSERT INTO note VALUES (?)").param(text).update();
      return CompletableFuture.completedFuture(null);
    }
  }
}
