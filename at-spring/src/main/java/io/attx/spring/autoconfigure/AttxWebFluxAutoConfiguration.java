package io.attx.spring.autoconfigure;

import io.attx.client.AtClient;
import io.attx.spring.propagation.XidWebFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.web.reactive.DispatcherHandler;
import org.springframework.web.server.WebFilter;
import reactor.core.publisher.Hooks;

/**
 * Joins the transactions that incoming requests of a reactive application name. It switches
 * Reactor's automatic context propagation on, without which a transaction could not follow its
 * request, unless {@code spring.reactor.context-propagation} says otherwise.
 */
@AutoConfiguration(after = AttxAutoConfiguration.class)
@ConditionalOnProperty(prefix = "attx", name = "enabled", matchIfMissing = true)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@ConditionalOnClass({WebFilter.class, DispatcherHandler.class, Hooks.class})
public class AttxWebFluxAutoConfiguration {

  private static final String PROPAGATION = "spring.reactor.context-propagation";

  /** The filter of all requests. */
  @Bean
  @ConditionalOnMissingBean
  XidWebFilter xidWebFilter(AtClient client, Environment environment) {
    if (environment.getProperty(PROPAGATION, "auto").equalsIgnoreCase("auto")) {
      Hooks.enableAutomaticContextPropagation();
    }
    return new XidWebFilter(client);
  }
}
