package io.attx.spring.autoconfigure;

import io.attx.client.AtClient;
import io.attx.datasource.AtDataSource;
import io.attx.datasource.AtDataSourceOptions;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;
import javax.sql.XADataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.DestructionAwareBeanPostProcessor;
import org.springframework.util.ClassUtils;

/**
 * Puts an {@link AtDataSource} in the place of each {@code DataSource} bean, outside of what other
 * post-processors put around it, and inside of routing data sources at their targets. Left alone
 * are data sources that lead to a wrapped one anyway (delegating and scoped proxies), those that
 * are excluded by name; and, with a warning, XA data sources, which have their own transaction
 * manager.
 *
 * <p>The databases are looked at when all beans are made, since a migration tool among them may
 * create the undo table. When a bean is destroyed, its wrappers are closed before it, and the
 * client after all of them.
 */
final class AtDataSourcePostProcessor
    implements DestructionAwareBeanPostProcessor, SmartInitializingSingleton {

  private static final Logger LOG = LoggerFactory.getLogger(AtDataSourcePostProcessor.class);
  private static final boolean ROUTERS =
      ClassUtils.isPresent(
          "org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource",
          AtDataSourcePostProcessor.class.getClassLoader());

  private final ConfigurableListableBeanFactory beans;
  private final ObjectProvider<AtClient> client;
  private final ObjectProvider<AtDataSourceOptions> options;
  private final ObjectProvider<AttxDataSourceProperties> properties;

  // Guarded by this.
  private final IdentityHashMap<Object, List<AtDataSource>> wrappersOfBean =
      new IdentityHashMap<>();
  private final IdentityHashMap<DataSource, AtDataSource> wrappers = new IdentityHashMap<>();
  private boolean started;

  AtDataSourcePostProcessor(
      ConfigurableListableBeanFactory beans,
      ObjectProvider<AtClient> client,
      ObjectProvider<AtDataSourceOptions> options,
      ObjectProvider<AttxDataSourceProperties> properties) {
    this.beans = beans;
    this.client = client;
    this.options = options;
    this.properties = properties;
  }

  @Override
  public Object postProcessAfterInitialization(Object bean, String beanName) {
    if (!(bean instanceof DataSource dataSource) || bean instanceof ScopedObject) {
      return bean;
    }
    if (properties.getObject().excludeDataSources().contains(beanName)) {
      LOG.info("The data source '{}' is excluded from global transactions", beanName);
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
    if (ROUTERS && RoutedDataSources.isRouter(bean)) {
      RoutedDataSources.wrapTargets(bean, beanName, target -> wrap(target, bean, beanName));
      return bean;
    }
    return leadsToWrapped(dataSource, beanName) ? bean : wrap(dataSource, bean, beanName);
  }

  /**
   * Wraps a data source once.
   *
   * @param owner the bean with which the wrapper ends
   */
  private DataSource wrap(DataSource dataSource, Object owner, String beanName) {
    if (leadsToWrapped(dataSource, beanName)) {
      return dataSource;
    }
    AtDataSource wrapper = existingOrNew(dataSource, owner);
    for (String clientName : beans.getBeanNamesForType(AtClient.class, true, false)) {
      beans.registerDependentBean(clientName, beanName);
    }
    LOG.debug("The data source '{}' takes part in global transactions", beanName);
    return wrapper;
  }

  private AtDataSource existingOrNew(DataSource dataSource, Object owner) {
    AtClient needed = client.getObject();
    AtDataSourceOptions given = options.getObject();
    AtDataSource made;
    boolean late;
    synchronized (this) {
      AtDataSource known = wrappers.get(dataSource);
      if (known != null) {
        return known;
      }
      made = AtDataSource.wrapUnstarted(dataSource, needed, given);
      wrappers.put(dataSource, made);
      wrappersOfBean.computeIfAbsent(owner, any -> new ArrayList<>()).add(made);
      late = started;
    }
    if (late) {
      made.start();
    }
    return made;
  }

  @Override
  public void afterSingletonsInstantiated() {
    Set<String> excluded = properties.getObject().excludeDataSources();
    for (String name : excluded) {
      if (!beans.containsBean(name)) {
        throw new IllegalStateException(
            "attx.exclude-data-sources names '" + name + "', but there is no such bean");
      }
    }
    List<AtDataSource> waiting;
    synchronized (this) {
      started = true;
      waiting = List.copyOf(wrappers.values());
    }
    waiting.forEach(AtDataSource::start);
  }

  static boolean leadsToWrapped(DataSource dataSource, String beanName) {
    try {
      return dataSource.isWrapperFor(AtDataSource.class);
    } catch (SQLException e) {
      throw new BeanCreationException(beanName, "Cannot find out what the data source wraps", e);
    }
  }

  @Override
  public synchronized boolean requiresDestruction(Object bean) {
    return wrappersOfBean.containsKey(bean);
  }

  @Override
  public void postProcessBeforeDestruction(Object bean, String beanName) {
    List<AtDataSource> ending;
    synchronized (this) {
      ending = wrappersOfBean.remove(bean);
      if (ending == null) {
        return;
      }
      wrappers.values().removeAll(ending);
    }
    ending.forEach(AtDataSource::close);
  }
}
