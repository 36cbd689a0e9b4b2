package io.attx.spring.autoconfigure;

import io.attx.client.AtClient;
import io.attx.client.AtClientOptions;
import io.attx.client.ClientObserver;
import io.attx.spring.event.GlobalTransactionalEventListenerFactory;
import io.attx.spring.interceptor.GlobalLockAdvisor;
import io.attx.spring.interceptor.GlobalTransactionAdvisor;
import io.attx.spring.interceptor.GlobalTransactionInterceptor;
import io.attx.spring.transaction.GlobalTransactionTemplate;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;
import org.springframework.util.function.SingletonSupplier;

/** The client of the coordinator and the support of {@code @GlobalTransactional}. */
@AutoConfiguration
@ConditionalOnProperty(prefix = "attx", name = "enabled", matchIfMissing = true)
@EnableConfigurationProperties(AttxProperties.class)
@Import({AttxAutoProxyRegistrar.class, EmbeddedCoordinatorConfiguration.class})
public class AttxAutoConfiguration {

  /**
   * The client; connects in the background, so that the application starts without a coordinator.
   */
  @Bean
  @ConditionalOnMissingBean
  AtClient atClient(
      AttxProperties properties,
      Environment environment,
      ObjectProvider<ClientObserver> observer,
      ObjectProvider<EmbeddedCoordinator> embedded) {
    EmbeddedCoordinator own = embedded.getIfAvailable();
    return AtClient.connect(
        AtClientOptions.builder()
            .application(environment.getProperty("spring.application.name", "application"))
            .coordinators(own == null ? properties.coordinators() : List.of(own.address()))
            .token(properties.token())
            .requestTimeout(properties.requestTimeout())
            .observer(observer.getIfUnique())
            .build());
  }

  /** Says after the start whether there is a coordinator. */
  @Bean
  @ConditionalOnMissingBean
  CoordinatorReporter coordinatorReporter(AtClient client, AttxProperties properties) {
    return new CoordinatorReporter(client, properties.coordinators());
  }

  /**
   * Runs work in global transactions. Asks for the client late: the proxies that need it are made
   * before most beans.
   */
  @Bean
  @ConditionalOnMissingBean
  @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
  static GlobalTransactionTemplate globalTransactionTemplate(
      ObjectProvider<AtClient> client, ObjectProvider<AttxProperties> properties) {
    return new GlobalTransactionTemplate(
        SingletonSupplier.of(client::getObject),
        SingletonSupplier.of(() -> properties.getObject().timeout()));
  }

  /** Runs annotated methods. */
  @Bean
  @ConditionalOnMissingBean
  @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
  static GlobalTransactionInterceptor globalTransactionInterceptor(
      GlobalTransactionTemplate template) {
    return new GlobalTransactionInterceptor(template);
  }

  /** Makes the listeners that wait for the end of a global transaction. */
  @Bean
  @ConditionalOnMissingBean
  @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
  static GlobalTransactionalEventListenerFactory globalTransactionalEventListenerFactory() {
    return new GlobalTransactionalEventListenerFactory();
  }

  /** Runs methods that respect the row locks of global transactions. */
  @Bean
  @ConditionalOnMissingBean
  @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
  static GlobalLockAdvisor globalLockAdvisor() {
    return new GlobalLockAdvisor();
  }

  /** Finds annotated methods. */
  @Bean
  @ConditionalOnMissingBean
  @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
  static GlobalTransactionAdvisor globalTransactionAdvisor(
      GlobalTransactionInterceptor interceptor) {
    return new GlobalTransactionAdvisor(interceptor);
  }
}
