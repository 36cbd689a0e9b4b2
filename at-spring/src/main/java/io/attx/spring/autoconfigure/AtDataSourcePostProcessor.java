package io.attx.spring.autoconfigure;

import io.attx.client.AtClient;
import io.attx.datasource.AtDataSource;
import io.attx.datasource.AtDataSourceOptions;
import java.sql.SQLException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import javax.sql.DataSource;
import javax.sql.XADataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.DestructionAwareBeanPostProcessor;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;
import org.springframework.util.ClassUtils;

/**
 * Puts an {@link AtDataSource} in the place of each {@code DataSource} bean, outside of what other
 * post-processors put around it. Left alone are data sources that lead to a wrapped one anyway
 * (delegating and scoped proxies, routers over wrapped targets); and, with a warning, XA data
 * sources, which have their own transaction manager.
 *
 * <p>When the bean is destroyed, its wrapper is closed before it, and the client after all of them.
 */
final class AtDataSourcePostProcessor implements DestructionAwareBeanPostProcessor {

  private static final Logger LOG = LoggerFactory.getLogger(AtDataSourcePostProcessor.class);
  private static final boolean ROUTERS =
      ClassUtils.isPresent(
          "org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource",
          AtDataSourcePostProcessor.class.getClassLoader());

  private final ConfigurableListableBeanFactory beans;
  private final ObjectProvider<AtClient> client;
  private final ObjectProvider<AtDataSourceOptions> options;
  private final Map<Object, AtDataSource> wrappers =
      Collections.synchronizedMap(new IdentityHashMap<>());

  AtDataSourcePostProcessor(
      ConfigurableListableBeanFactory beans,
      ObjectProvider<AtClient> client,
      ObjectProvider<AtDataSourceOptions> options) {
    this.beans = beans;
    this.client = client;
    this.options = options;
  }

  @Override
  public Object postProcessAfterInitialization(Object bean, String beanName) {
    if (!(bean instanceof DataSource dataSource) || bean instanceof ScopedObject) {
      return bean;
    }
    if (bean instanceof XADataSource) {
      LOG.warn(
          "The bean '{}' ({}) is an XA data source and takes no part in global transactions of attx. Use a plain data"
              + " source where it should.",
          beanName,
          bean.getClass().getName());
      return bean;
    }
    if (ROUTERS && Routers.isRouter(bean)) {
      Routers.check(bean, beanName);
      return bean;
    }
    return leadsToWrapped(dataSource, beanName) ? bean : wrap(dataSource, beanName);
  }

  private AtDataSource wrap(DataSource dataSource, String beanName) {
    AtDataSource wrapper = AtDataSource.wrap(dataSource, client.getObject(), options.getObject());
    wrappers.put(dataSource, wrapper);
    for (String clientName : beans.getBeanNamesForType(AtClient.class, true, false)) {
      beans.registerDependentBean(clientName, beanName);
    }
    LOG.debug("The data source '{}' takes part in global transactions", beanName);
    return wrapper;
  }

  private static boolean leadsToWrapped(DataSource dataSource, String beanName) {
    try {
      return dataSource.isWrapperFor(AtDataSource.class);
    } catch (SQLException e) {
      throw new BeanCreationException(beanName, "Cannot find out what the data source wraps", e);
    }
  }

  @Override
  public boolean requiresDestruction(Object bean) {
    return wrappers.containsKey(bean);
  }

  @Override
  public void postProcessBeforeDestruction(Object bean, String beanName) {
    AtDataSource wrapper = wrappers.remove(bean);
    if (wrapper != null) {
      wrapper.close();
    }
  }

  /** Apart, since spring-jdbc need not be there. */
  private static final class Routers {

    static boolean isRouter(Object bean) {
      return bean instanceof AbstractRoutingDataSource;
    }

    static void check(Object bean, String beanName) {
      for (DataSource target :
          ((AbstractRoutingDataSource) bean).getResolvedDataSources().values()) {
        if (!leadsToWrapped(target, beanName)) {
          throw new BeanCreationException(
              beanName,
              "The routing data source leads to one that takes no part in global transactions: make each target a"
                  + " bean of its own, so that it is wrapped.");
        }
      }
    }
  }
}
