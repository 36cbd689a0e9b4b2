package io.attx.spring.autoconfigure;

import io.attx.spring.propagation.XidExchangeFilter;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * Carries the xid with the requests of each {@code WebClient} and reactive HTTP interface client
 * that is a bean, or is built by a builder that is a bean or comes from Spring Boot.
 */
@AutoConfiguration
@ConditionalOnProperty(prefix = "attx", name = "enabled", matchIfMissing = true)
@ConditionalOnClass(WebClient.class)
@Import(AttxWebClientAutoConfiguration.Customizers.class)
public class AttxWebClientAutoConfiguration {

  /** Adds the header. */
  @Bean
  @ConditionalOnMissingBean
  XidExchangeFilter xidExchangeFilter() {
    return new XidExchangeFilter();
  }

  /** Tells the beans. */
  @Bean
  static WebClientPostProcessor attxWebClientPostProcessor(
      ObjectProvider<XidExchangeFilter> filter) {
    return new WebClientPostProcessor(filter);
  }

  /** Tells what Spring Boot builds without making it a bean. */
  static final class Customizers extends CustomizerRegistrar {

    Customizers(BeanFactory beans, ClassLoader loader) {
      super(
          beans,
          loader,
          "org.springframework.boot.webclient.WebClientCustomizer",
          "org.springframework.boot.web.reactive.function.client.WebClientCustomizer");
    }

    @Override
    void customize(Object made, BeanFactory beans) {
      if (made instanceof WebClient.Builder builder) {
        WebClientPostProcessor.tell(builder, beans.getBean(XidExchangeFilter.class));
      }
    }
  }

  /** Adds the filter to a client or builder before anybody gets it. */
  record WebClientPostProcessor(ObjectProvider<XidExchangeFilter> filter)
      implements BeanPostProcessor {

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
      if (bean instanceof WebClient client) {
        WebClient.Builder builder = client.mutate();
        return tell(builder, filter.getObject()) ? builder.build() : client;
      }
      if (bean instanceof WebClient.Builder builder) {
        tell(builder, filter.getObject());
      }
      return bean;
    }

    /** Returns whether the filter was not there before. */
    static boolean tell(WebClient.Builder builder, XidExchangeFilter filter) {
      boolean[] added = new boolean[1];
      builder.filters(all -> added[0] = filter.addTo(all));
      return added[0];
    }
  }
}
