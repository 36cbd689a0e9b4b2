package io.attx.spring.autoconfigure;

import io.attx.spring.propagation.XidRequestInterceptor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.restclient.RestClientCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.web.client.RestClient;

/**
 * Carries the xid with the requests of each {@code RestClient} that is built by the builder of
 * Spring Boot.
 */
@AutoConfiguration
@ConditionalOnProperty(prefix = "attx", name = "enabled", matchIfMissing = true)
@ConditionalOnClass({RestClientCustomizer.class, RestClient.class})
public class AttxRestClientAutoConfiguration {

  /** Adds the header. */
  @Bean
  @ConditionalOnMissingBean
  XidRequestInterceptor xidRequestInterceptor() {
    return new XidRequestInterceptor();
  }

  /** Tells the builder. */
  @Bean
  RestClientCustomizer attxRestClientCustomizer(XidRequestInterceptor interceptor) {
    return builder -> builder.requestInterceptor(interceptor);
  }
}
