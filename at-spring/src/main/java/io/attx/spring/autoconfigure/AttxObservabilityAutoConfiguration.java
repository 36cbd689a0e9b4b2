package io.attx.spring.autoconfigure;

import io.attx.client.AtClient;
import io.attx.client.ClientObserver;
import io.attx.datasource.AtDataSource;
import io.attx.spring.observability.AttxEndpoint;
import io.attx.spring.observability.ClientMeters;
import io.attx.spring.observability.MicrometerObserver;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.util.Map;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.util.function.SingletonSupplier;

/** Metrics, spans, health and the actuator endpoint, each where the application has its library. */
@AutoConfiguration(after = AttxAutoConfiguration.class)
@ConditionalOnProperty(prefix = "attx", name = "enabled", matchIfMissing = true)
@Import(HealthRegistrar.class)
public class AttxObservabilityAutoConfiguration {

  /** Apart, since Micrometer need not be there. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass({MeterRegistry.class, ObservationRegistry.class})
  static class Micrometer {

    /** Watches the client. Asks for the registries late: the client is made before most beans. */
    @Bean
    @ConditionalOnMissingBean
    static ClientObserver attxClientObserver(
        ObjectProvider<ObservationRegistry> observations, ObjectProvider<MeterRegistry> meters) {
      return new MicrometerObserver(
          SingletonSupplier.of(() -> observations.getIfUnique(() -> ObservationRegistry.NOOP)),
          SingletonSupplier.of(() -> meters.getIfUnique(CompositeMeterRegistry::new)));
    }

    /** The gauges. */
    @Bean
    @ConditionalOnMissingBean
    ClientMeters attxClientMeters(AtClient client) {
      return new ClientMeters(client);
    }
  }

  /** Apart, since the actuator need not be there. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass({Endpoint.class, ConditionalOnAvailableEndpoint.class})
  static class Actuator {

    /** The endpoint, where it is exposed. */
    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnAvailableEndpoint
    AttxEndpoint attxEndpoint(AtClient client, ListableBeanFactory beans) {
      return new AttxEndpoint(client, () -> wrapped(beans));
    }

    private static Map<String, AtDataSource> wrapped(ListableBeanFactory beans) {
      Map<String, AtDataSource> found = new TreeMap<>();
      beans
          .getBeansOfType(DataSource.class, false, false)
          .forEach(
              (name, bean) -> {
                if (bean instanceof AtDataSource dataSource) {
                  found.put(name, dataSource);
                }
              });
      return found;
    }
  }
}
