package io.attx.spring.autoconfigure;

import io.attx.coordinator.CoordinatorOptions;
import io.attx.coordinator.CoordinatorServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Runs a coordinator inside of the application, for tests and development. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(prefix = "attx.coordinator", name = "embedded", havingValue = "true")
class EmbeddedCoordinatorConfiguration {

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedCoordinatorConfiguration.class);
  private static final String SERVER = "io.attx.coordinator.CoordinatorServer";

  /** Where the server is on the class path. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(name = SERVER)
  static class Present {

    @Bean
    EmbeddedCoordinator attxEmbeddedCoordinator(AttxProperties properties) {
      CoordinatorServer server =
          CoordinatorServer.start(
              CoordinatorOptions.builder()
                  .port(0)
                  .inMemory(true)
                  .token(properties.token())
                  .build());
      LOG.warn(
          "A coordinator runs inside of this application, in memory (attx.coordinator.embedded): for tests and"
              + " development only. What it knows of open transactions ends with the process.");
      return new EmbeddedCoordinator("127.0.0.1:" + server.port(), server);
    }
  }

  /** Where it is not: says so. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnMissingClass(SERVER)
  static class Missing {

    @Bean
    EmbeddedCoordinator attxEmbeddedCoordinator() {
      throw new IllegalStateException(
          "attx.coordinator.embedded=true needs the coordinator on the class path. What to do: add"
              + " the dependency io.attx:at-transaction-coordinator (scope test or runtime), or"
              + " remove the property and run the coordinator as a process of its own.");
    }
  }
}
