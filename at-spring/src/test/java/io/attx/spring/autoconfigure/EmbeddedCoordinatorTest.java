package io.attx.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.attx.client.AtClient;
import io.attx.client.GlobalTransactionOptions;
import io.attx.coordinator.CoordinatorServer;
import io.attx.spring.BootClasses;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.core.simple.JdbcClient;

class EmbeddedCoordinatorTest {

  private final ApplicationContextRunner context =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  AttxAutoConfiguration.class, AttxDataSourceAutoConfiguration.class))
          .withConfiguration(BootClasses.jdbc())
          .withPropertyValues(
              "attx.coordinator.embedded=true",
              "attx.token=secret",
              "spring.datasource.url=jdbc:h2:mem:embedded;DB_CLOSE_DELAY=-1");

  @Test
  void anApplicationWithItsOwnCoordinatorRollsBack() {
    context.run(
        started -> {
          AtClient client = started.getBean(AtClient.class);
          JdbcClient jdbc = started.getBean(JdbcClient.class);
          jdbc.sql("CREATE TABLE note (text VARCHAR(40) PRIMARY KEY)").update();
          await().atMost(Duration.ofSeconds(30)).until(client::isConnected);

          assertThatThrownBy(
                  () ->
                      client.execute(
                          GlobalTransactionOptions.defaults(),
                          () -> {
                            jdbc.sql("INSERT INTO note VALUES ('gone')").update();
                            throw new IllegalStateException("no");
                          }))
              .hasMessage("no");
          assertThat(jdbc.sql("SELECT COUNT(*) FROM note").query(Integer.class).single()).isZero();
        });
  }

  @Test
  void withoutTheCoordinatorOnTheClassPathTheStartFailsAndSaysWhatToAdd() {
    context
        .withClassLoader(new FilteredClassLoader(CoordinatorServer.class))
        .run(
            started ->
                assertThat(started)
                    .getFailure()
                    .rootCause()
                    .hasMessageContaining("io.attx:at-transaction-coordinator"));
  }

  @Test
  void withoutThePropertyThereIsNone() {
    context
        .withPropertyValues("attx.coordinator.embedded=false", "attx.coordinators=127.0.0.1:1")
        .withClassLoader(new FilteredClassLoader(CoordinatorServer.class))
        .run(
            started ->
                assertThat(started).hasNotFailed().doesNotHaveBean(EmbeddedCoordinator.class));
  }
}
