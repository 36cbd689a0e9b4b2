package io.attx.spring.autoconfigure;

import io.attx.spring.propagation.XidRequestInterceptor;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.web.client.RestClient;

/**
 * Carries the xid with the requests of each {@code RestClient} whose builder is a bean, like the
 * one of Spring Boot.
 */
@AutoConfiguration
@ConditionalOnProperty(prefix = "attx", name = "enabled", matchIfMissing = true)
@ConditionalOnClass(RestClient.class)
public class AttxRestClientAutoConfiguration {

  /** Adds the header. */
  @Bean
  @ConditionalOnMissingBean
  XidRequestInterceptor xidRequestInterceptor() {
    return new XidRequestInterceptor();
  }

  /**
   * Tells the builders; not a customizer of Spring Boot, whose package differs between its
   * versions.
   */
  @Bean
  static RestClientBuilderPostProcessor attxRestClientBuilderPostProcessor(
      ObjectProvider<XidRequestInterceptor> interceptor) {
    return new RestClientBuilderPostProcessor(interceptor);
  }

  /** Adds the interceptor to a builder before anybody gets it. */
  record RestClientBuilderPostProcessor(ObjectProvider<XidRequestInterceptor> interceptor)
      implements BeanPostProcessor {

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
      return bean instanceof RestClient.Builder builder
          ? builder.requestInterceptor(interceptor.getObject())
          : bean;
    }
  }
}
