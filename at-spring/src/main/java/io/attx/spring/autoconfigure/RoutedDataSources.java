package io.attx.spring.autoconfigure;

import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;

/**
 * Routing data sources are wrapped at their targets, because each target is a database of its own.
 * Apart from the post-processor, since spring-jdbc need not be there.
 */
final class RoutedDataSources {

  private RoutedDataSources() {}

  static boolean isRouter(Object bean) {
    return bean instanceof AbstractRoutingDataSource;
  }

  /**
   * Lets the router lead to wrapped targets.
   *
   * @param wrap wraps a target, or returns it where it is wrapped already
   */
  static void wrapTargets(Object bean, String beanName, UnaryOperator<DataSource> wrap) {
    AbstractRoutingDataSource router = (AbstractRoutingDataSource) bean;
    Map<Object, Object> targets = new HashMap<>();
    boolean changed = false;
    for (Map.Entry<Object, DataSource> each : router.getResolvedDataSources().entrySet()) {
      DataSource wrapped = wrap.apply(each.getValue());
      changed |= wrapped != each.getValue();
      targets.put(each.getKey(), wrapped);
    }
    DataSource fallback = router.getResolvedDefaultDataSource();
    DataSource wrappedFallback = fallback == null ? null : wrap.apply(fallback);
    if (!changed && wrappedFallback == fallback) {
      return;
    }
    router.setTargetDataSources(targets);
    if (wrappedFallback != null) {
      router.setDefaultTargetDataSource(wrappedFallback);
    }
    router.afterPropertiesSet();
    check(router, beanName);
  }

  private static void check(AbstractRoutingDataSource router, String beanName) {
    for (DataSource target : router.getResolvedDataSources().values()) {
      if (!AtDataSourcePostProcessor.leadsToWrapped(target, beanName)) {
        throw new BeanCreationException(
            beanName,
            "The routing data source chooses its targets itself and leads to one that takes no part in global"
                + " transactions: make each target a bean of its own, so that it is wrapped, or name the router in"
                + " attx.exclude-data-sources.");
      }
    }
  }
}
