package io.attx.spring.autoconfigure;

import io.attx.client.AtClient;
import io.attx.datasource.AtDataSource;
import io.attx.datasource.AtDataSourceOptions;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Role;

/** Wraps the {@code DataSource} beans. */
@AutoConfiguration(after = AttxAutoConfiguration.class)
@ConditionalOnProperty(prefix = "attx", name = "enabled", matchIfMissing = true)
@ConditionalOnClass(AtDataSource.class)
@EnableConfigurationProperties(AttxDataSourceProperties.class)
public class AttxDataSourceAutoConfiguration {

  /** What the wrapped data sources are told; a bean of the user replaces it. */
  @Bean
  @ConditionalOnMissingBean
  AtDataSourceOptions atDataSourceOptions(
      AttxDataSourceProperties properties, ListableBeanFactory beans) {
    AtDataSourceOptions.Builder options = properties.toOptions();
    new DirtyRowBeans(beans).addTo(options);
    return options.build();
  }

  /** Wraps. */
  @Bean
  @ConditionalOnMissingBean
  @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
  static AtDataSourcePostProcessor atDataSourcePostProcessor(
      ConfigurableListableBeanFactory beans,
      ObjectProvider<AtClient> client,
      ObjectProvider<AtDataSourceOptions> options,
      ObjectProvider<AttxDataSourceProperties> properties) {
    return new AtDataSourcePostProcessor(beans, client, options, properties);
  }
}
