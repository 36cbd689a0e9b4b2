package io.attx.spring.autoconfigure;

import io.attx.client.AtClient;
import io.attx.spring.propagation.XidServletFilter;
import jakarta.servlet.Filter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.web.filter.OncePerRequestFilter;

/** Joins the transactions that incoming requests name. */
@AutoConfiguration(after = AttxAutoConfiguration.class)
@ConditionalOnProperty(prefix = "attx", name = "enabled", matchIfMissing = true)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass({Filter.class, OncePerRequestFilter.class})
public class AttxServletAutoConfiguration {

  /** The filter; Spring Boot registers it for all requests. */
  @Bean
  @ConditionalOnMissingBean
  XidServletFilter xidServletFilter(AtClient client) {
    return new XidServletFilter(client);
  }
}
