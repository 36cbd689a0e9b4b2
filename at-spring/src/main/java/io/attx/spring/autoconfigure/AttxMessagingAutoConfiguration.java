package io.attx.spring.autoconfigure;

import io.attx.client.AtClient;
import io.attx.spring.propagation.messaging.JoinGlobalTransactionAdvisor;
import io.attx.spring.propagation.messaging.JoinGlobalTransactionInterceptor;
import io.attx.spring.propagation.messaging.XidAmqpMessages;
import io.attx.spring.propagation.messaging.XidKafkaProducers;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Role;
import org.springframework.kafka.core.ProducerFactory;
import org.springframework.messaging.Message;
import org.springframework.util.function.SingletonSupplier;

/**
 * Names the xid in the messages that are sent inside of a global transaction, and lets annotated
 * listeners join it.
 */
@AutoConfiguration(after = AttxAutoConfiguration.class)
@ConditionalOnProperty(prefix = "attx", name = "enabled", matchIfMissing = true)
@ConditionalOnClass(Message.class)
public class AttxMessagingAutoConfiguration {

  /** Runs annotated listeners. */
  @Bean
  @ConditionalOnMissingBean
  @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
  static JoinGlobalTransactionAdvisor joinGlobalTransactionAdvisor(
      ObjectProvider<AtClient> client) {
    return new JoinGlobalTransactionAdvisor(
        new JoinGlobalTransactionInterceptor(SingletonSupplier.of(client::getObject)));
  }

  /** Apart, since Kafka need not be there. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(ProducerFactory.class)
  static class Kafka {

    /** Tells the producer factories. */
    @Bean
    static KafkaPostProcessor attxKafkaPostProcessor() {
      return new KafkaPostProcessor();
    }
  }

  /** Apart, since RabbitMQ need not be there. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(RabbitTemplate.class)
  static class Rabbit {

    /** Tells the templates. */
    @Bean
    static RabbitPostProcessor attxRabbitPostProcessor() {
      return new RabbitPostProcessor();
    }
  }

  /** Lets each producer of a factory name the xid. */
  static final class KafkaPostProcessor implements BeanPostProcessor {

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
      if (bean instanceof ProducerFactory<?, ?> factory) {
        tell(factory);
      }
      return bean;
    }

    private static <K, V> void tell(ProducerFactory<K, V> factory) {
      factory.addPostProcessor(new XidKafkaProducers<>());
    }
  }

  /** Lets each message of a template name the xid. */
  static final class RabbitPostProcessor implements BeanPostProcessor {

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
      if (bean instanceof RabbitTemplate template) {
        template.addBeforePublishPostProcessors(new XidAmqpMessages());
      }
      return bean;
    }
  }
}
