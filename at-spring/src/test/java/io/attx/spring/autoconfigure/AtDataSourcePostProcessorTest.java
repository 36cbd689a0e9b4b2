package io.attx.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfigMXBean;
import com.zaxxer.hikari.HikariDataSource;
import io.attx.datasource.AtDataSource;
import io.attx.spring.BootClasses;
import java.sql.SQLException;
import java.util.Map;
import javax.sql.DataSource;
import javax.sql.XADataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.CustomScopeConfigurer;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.context.support.SimpleThreadScope;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;

@ExtendWith(OutputCaptureExtension.class)
class AtDataSourcePostProcessorTest {

  private final ApplicationContextRunner context =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  AttxAutoConfiguration.class, AttxDataSourceAutoConfiguration.class))
          .withConfiguration(BootClasses.jdbc())
          .withPropertyValues(
              "attx.coordinators=127.0.0.1:1",
              "spring.datasource.url=jdbc:h2:mem:wrapping;DB_CLOSE_DELAY=-1");

  @Test
  void theDataSourceOfSpringBootIsWrappedAndStillWorksAndCanBeUnwrapped() {
    context.run(
        started -> {
          DataSource dataSource = started.getBean(DataSource.class);

          assertThat(dataSource).isInstanceOf(AtDataSource.class);
          assertThat(
                  DataSourceUnwrapper.unwrap(
                      dataSource, HikariConfigMXBean.class, HikariDataSource.class))
              .isNotNull();
          assertThat(
                  started.getBean(JdbcClient.class).sql("SELECT 1").query(Integer.class).single())
              .isOne();
        });
  }

  @Test
  void thePoolBelowIsClosedWithTheContext() {
    HikariDataSource[] pool = new HikariDataSource[1];
    context.run(
        started -> {
          pool[0] = started.getBean(DataSource.class).unwrap(HikariDataSource.class);
          assertThat(pool[0].isClosed()).isFalse();
        });

    assertThat(pool[0].isClosed()).isTrue();
  }

  @Test
  void disabledLeavesTheDataSourceAsItIs() {
    context
        .withPropertyValues("attx.enabled=false")
        .run(
            started ->
                assertThat(started.getBean(DataSource.class)).isInstanceOf(HikariDataSource.class));
  }

  @Test
  void severalDataSourcesAreEachWrappedOnce() {
    context
        .withUserConfiguration(Two.class)
        .run(
            started -> {
              assertThat(started.getBean("one")).isInstanceOf(AtDataSource.class);
              assertThat(started.getBean("lazyOne"))
                  .isInstanceOf(LazyConnectionDataSourceProxy.class);
              assertThat(protectedBy(started.getBean("lazyOne", DataSource.class))).isTrue();
            });
  }

  @Test
  void theTargetOfAScopedProxyIsWrappedAndNotTheProxy() {
    context
        .withUserConfiguration(Scoped.class)
        .run(
            started -> {
              DataSource proxy = started.getBean("scoped", DataSource.class);

              assertThat(AopUtils.isAopProxy(proxy)).isTrue();
              assertThat(started.getBean("scopedTarget.scoped")).isInstanceOf(AtDataSource.class);
              assertThat(protectedBy(proxy)).isTrue();
            });
  }

  @Test
  void aRouterOverWrappedBeansIsLeftAlone() {
    context
        .withUserConfiguration(GoodRouter.class)
        .run(
            started -> {
              assertThat(started).hasNotFailed();
              assertThat(started.getBean("router")).isInstanceOf(AbstractRoutingDataSource.class);
              assertThat(protectedBy(started.getBean("router", DataSource.class))).isTrue();
            });
  }

  @Test
  void aRouterOverAnUnprotectedDataSourceStopsTheStart() {
    context
        .withUserConfiguration(BadRouter.class)
        .run(
            started ->
                assertThat(started).getFailure().hasMessageContaining("make each target a bean"));
  }

  @Test
  void anXaDataSourceIsLeftAloneWithAWarning(CapturedOutput output) {
    context
        .withUserConfiguration(Xa.class)
        .run(
            started -> {
              assertThat(started.getBean("xa"))
                  .isInstanceOf(XADataSource.class)
                  .isNotInstanceOf(AtDataSource.class);
              assertThat(output).contains("'xa'").contains("is an XA data source");
            });
  }

  private static boolean protectedBy(DataSource dataSource) throws SQLException {
    return dataSource.isWrapperFor(AtDataSource.class);
  }

  private static HikariDataSource pool(String name) {
    HikariDataSource pool = new HikariDataSource();
    pool.setJdbcUrl("jdbc:h2:mem:" + name + ";DB_CLOSE_DELAY=-1");
    return pool;
  }

  @Configuration(proxyBeanMethods = false)
  static class Two {
    @Bean
    DataSource one() {
      return pool("one");
    }

    @Bean
    DataSource lazyOne(DataSource one) {
      return new LazyConnectionDataSourceProxy(one);
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Scoped {
    @Bean
    static CustomScopeConfigurer scopes() {
      CustomScopeConfigurer scopes = new CustomScopeConfigurer();
      scopes.addScope("thread", new SimpleThreadScope());
      return scopes;
    }

    @Bean
    @Scope(scopeName = "thread", proxyMode = ScopedProxyMode.INTERFACES)
    DataSource scoped() {
      return pool("scoped");
    }
  }

  /** Always leads to the same target. */
  private static final class Router extends AbstractRoutingDataSource {
    Router(DataSource target) {
      setTargetDataSources(Map.of("only", target));
      afterPropertiesSet();
    }

    @Override
    protected Object determineCurrentLookupKey() {
      return "only";
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class GoodRouter {
    @Bean
    DataSource one() {
      return pool("one");
    }

    @Bean
    DataSource router(DataSource one) {
      return new Router(one);
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class BadRouter {
    @Bean
    DataSource router() {
      return new Router(pool("hidden"));
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Xa {
    @Bean
    JdbcDataSource xa() {
      JdbcDataSource dataSource = new JdbcDataSource();
      dataSource.setURL("jdbc:h2:mem:xa");
      return dataSource;
    }
  }
}
