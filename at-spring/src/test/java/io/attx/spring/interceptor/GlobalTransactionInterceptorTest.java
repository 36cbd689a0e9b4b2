package io.attx.spring.interceptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.attx.client.AtClient;
import io.attx.spring.BootClasses;
import io.attx.spring.RecordingClient;
import io.attx.spring.annotation.GlobalTransactional;
import io.attx.spring.autoconfigure.AttxAutoConfiguration;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;

class GlobalTransactionInterceptorTest {

  private final ApplicationContextRunner context =
      new ApplicationContextRunner()
          .withConfiguration(AutoConfigurations.of(AttxAutoConfiguration.class))
          .withConfiguration(BootClasses.transactions())
          .withPropertyValues("attx.timeout=33s")
          .withUserConfiguration(Application.class);

  @Test
  void aReturnCommits() {
    run(
        (service, client) -> {
          assertThat(service.run(() -> "result")).isEqualTo("result");

          assertThat(client.events()).containsExactly("begin Service.run PT33S", "commit");
        });
  }

  @Test
  void anUncheckedExceptionRollsBackAndReachesTheCallerAsItIs() {
    run(
        (service, client) -> {
          IllegalStateException failure = new IllegalStateException("no stock");

          Throwable thrown = catchThrowable(() -> service.run(throwing(failure)));

          assertThat(thrown).isSameAs(failure);
          assertThat(client.events()).containsExactly("begin Service.run PT33S", "rollback");
        });
  }

  @Test
  void aCheckedExceptionCommitsUnlessItIsNamed() {
    run(
        (service, client) -> {
          assertThatThrownBy(() -> service.run(throwing(new IOException())))
              .isInstanceOf(IOException.class);
          assertThatThrownBy(() -> service.strict(throwing(new IOException())))
              .isInstanceOf(IOException.class);

          assertThat(client.events())
              .containsExactly(
                  "begin Service.run PT33S", "commit", "begin strict PT2S", "rollback");
        });
  }

  @Test
  void aFailedRollbackNeverHidesTheReason() {
    run(
        (service, client) -> {
          IllegalStateException reason = new IllegalStateException("no stock");
          RuntimeException second = new RuntimeException("coordinator gone");
          client.failAtTheEnd(second);

          Throwable thrown = catchThrowable(() -> service.run(throwing(reason)));

          assertThat(thrown).isSameAs(reason).hasSuppressedException(second);
        });
  }

  @Test
  void aFailedCommitIsThrownAndKeepsTheExceptionThatWasToBeReturned() {
    run(
        (service, client) -> {
          IOException returned = new IOException("checked");
          RuntimeException commitFailure = new RuntimeException("rolled back instead");
          client.failAtTheEnd(commitFailure);

          Throwable thrown = catchThrowable(() -> service.run(throwing(returned)));

          assertThat(thrown).isSameAs(commitFailure).hasSuppressedException(returned);
        });
  }

  @Test
  void theLocalTransactionEndsBeforeTheGlobalOneIsDecided() {
    run(
        (service, client) -> {
          service.both();

          assertThat(client.events())
              .containsExactly("begin Service.both PT33S", "local begin", "local commit", "commit");
        });
  }

  @Test
  void methodsWithoutTheAnnotationBeginNothing() {
    run(
        (service, client) -> {
          service.plain();

          assertThat(client.events()).isEmpty();
        });
  }

  private void run(Check check) {
    context.run(
        started -> {
          assertThat(started).hasNotFailed();
          check.with(started.getBean(Service.class), started.getBean(RecordingClient.class));
        });
  }

  private interface Check {
    void with(Service service, RecordingClient client) throws Exception;
  }

  private static Callable<String> throwing(Exception failure) {
    return () -> {
      throw failure;
    };
  }

  static class Service {
    @GlobalTransactional
    public String run(Callable<String> work) throws Exception {
      return work.call();
    }

    @GlobalTransactional(name = "strict", timeout = "2", rollbackFor = IOException.class)
    public String strict(Callable<String> work) throws Exception {
      return work.call();
    }

    @Transactional
    @GlobalTransactional
    public void both() {}

    public void plain() {}
  }

  @Configuration(proxyBeanMethods = false)
  static class Application {
    @Bean
    RecordingClient recordingClient() {
      return new RecordingClient();
    }

    @Bean
    AtClient client(RecordingClient recording) {
      return recording.client();
    }

    @Bean
    Service service() {
      return new Service();
    }

    @Bean
    PlatformTransactionManager localTransactions(RecordingClient recording) {
      return new LocalTransactions(recording::record);
    }
  }

  /** Local transactions that only leave a trace. */
  private static final class LocalTransactions extends AbstractPlatformTransactionManager {
    private final transient Consumer<String> trace;

    LocalTransactions(Consumer<String> trace) {
      this.trace = trace;
    }

    @Override
    protected Object doGetTransaction() {
      return new Object();
    }

    @Override
    protected void doBegin(Object transaction, TransactionDefinition definition) {
      trace.accept("local begin");
    }

    @Override
    protected void doCommit(DefaultTransactionStatus status) {
      trace.accept("local commit");
    }

    @Override
    protected void doRollback(DefaultTransactionStatus status) {
      trace.accept("local rollback");
    }
  }
}
