package io.attx.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfigMXBean;
import com.zaxxer.hikari.HikariDataSource;
import io.attx.client.AtClient;
import io.attx.datasource.AtDataSource;
import io.attx.datasource.AtDataSourceOptions;
import io.attx.datasource.LocalWrites;
import io.attx.datasource.dirty.DirtyRowHandler;
import io.attx.datasource.dirty.DirtyRowListener;
import io.attx.datasource.dirty.DirtySettings;
import io.attx.spring.BootClasses;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
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
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.context.support.SimpleThreadScope;
import org.springframework.core.annotation.Order;
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
  void theTargetsOfARouterThatAreNoBeansAreWrappedInIt() {
    context
        .withUserConfiguration(HiddenTargets.class)
        .run(
            started -> {
              AbstractRoutingDataSource router = started.getBean(AbstractRoutingDataSource.class);

              assertThat(router.getResolvedDataSources().values())
                  .hasSize(2)
                  .hasOnlyElementsOfType(AtDataSource.class)
                  .contains(router.getResolvedDefaultDataSource());
              assertThat(protectedBy(router)).isTrue();
            });
  }

  @Test
  void aRouterThatInsistsOnUnprotectedTargetsStopsTheStartUnlessItIsExcluded() {
    ApplicationContextRunner stubborn = context.withUserConfiguration(StubbornRouter.class);
    stubborn.run(
        started ->
            assertThat(started).getFailure().hasMessageContaining("make each target a bean"));

    stubborn
        .withPropertyValues("attx.exclude-data-sources=router")
        .run(started -> assertThat(started).hasNotFailed());
  }

  @Test
  void anExcludedDataSourceIsLeftAlone() {
    context
        .withUserConfiguration(Three.class)
        .withPropertyValues("attx.exclude-data-sources=reports")
        .run(
            started -> {
              assertThat(started.getBean("reports")).isInstanceOf(HikariDataSource.class);
              assertThat(started.getBean("one")).isInstanceOf(AtDataSource.class);
            });
  }

  @Test
  void aNameThatIsExcludedInVainStopsTheStart() {
    context
        .withPropertyValues("attx.exclude-data-sources=reprots")
        .run(
            started ->
                assertThat(started)
                    .getFailure()
                    .hasMessageContaining("'reprots'")
                    .hasMessageContaining("no such bean"));
  }

  @Test
  void aDataSourceThatTheUserWrappedIsLeftAlone() {
    context
        .withUserConfiguration(WrappedByHand.class)
        .run(
            started -> {
              assertThat(started).hasNotFailed();
              assertThat(started.getBean(DataSource.class)).isInstanceOf(AtDataSource.class);
              assertThat(started.getBean(DataSource.class).unwrap(HikariDataSource.class))
                  .isInstanceOf(HikariDataSource.class);
            });
  }

  @Test
  void optionsOfTheUserReplaceTheProperties() {
    context
        .withUserConfiguration(OwnOptions.class)
        .withPropertyValues("attx.undo-table=ignored")
        .run(
            started -> {
              assertThat(started).hasSingleBean(AtDataSourceOptions.class);
              assertThat(countUndoRows(started.getBean(JdbcClient.class), "mine")).isZero();
            });
  }

  @Test
  void thePropertiesReachTheOptions() {
    context
        .withPropertyValues(
            "attx.undo-table=at_undo",
            "attx.lock-wait=5s",
            "attx.max-branch-rows=7",
            "attx.max-branch-size=2MB",
            "attx.untracked-tables=ids,bank.seq",
            "attx.tables-with-unprotected-triggers=audited",
            "attx.local-writes=check",
            "attx.create-schema=true")
        .run(
            started -> {
              AtDataSourceOptions options = started.getBean(AtDataSourceOptions.class);
              assertThat(options.undoTable()).isEqualTo("at_undo");
              assertThat(options.lockWait()).isEqualTo(Duration.ofSeconds(5));
              assertThat(options.maxBranchRows()).isEqualTo(7);
              assertThat(options.maxBranchBytes()).isEqualTo(2 * 1024 * 1024);
              assertThat(options.untrackedTables()).containsExactlyInAnyOrder("ids", "bank.seq");
              assertThat(options.tablesWithUnprotectedTriggers()).containsExactly("audited");
              assertThat(options.localWrites()).isEqualTo(LocalWrites.CHECK);
              assertThat(options.createSchema()).isTrue();
              assertThat(countUndoRows(started.getBean(JdbcClient.class), "at_undo")).isZero();
            });
  }

  @Test
  void withoutPropertiesTheOptionsAreTheDefaultsOfThePlainApi() {
    context.run(
        started ->
            assertThat(started.getBean(AtDataSourceOptions.class).toString())
                .isEqualTo(AtDataSourceOptions.defaults().toString()));
  }

  @Test
  void policiesHandlersAndListenersForDirtyRowsReachTheOptions() {
    context
        .withUserConfiguration(DirtyRows.class)
        .withPropertyValues(
            "attx.dirty.default=merge,hold", "attx.dirty.tables.account=handler(books),keep")
        .run(
            started -> {
              DirtySettings dirty = started.getBean(AtDataSourceOptions.class).dirty();
              assertThat(dirty.policies().toString())
                  .contains("merge,hold")
                  .contains("account=handler(books),keep");
              assertThat(dirty.handlers()).containsOnlyKeys("books");
              DirtyRows heard = started.getBean(DirtyRows.class);
              assertThat(dirty.listeners()).hasSize(1);
              assertThatThrownBy(() -> dirty.listeners().get(0).onDirtyRow(null))
                  .hasMessage("the first fails");
              assertThat(heard.told).as("all are told").isEqualTo(2);
              assertThat(heard.made).as("made when needed").isZero();
            });
  }

  private static int countUndoRows(JdbcClient jdbc, String table) {
    return jdbc.sql("SELECT COUNT(*) FROM " + table).query(Integer.class).single();
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
  private static class Router extends AbstractRoutingDataSource {
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
  static class HiddenTargets {
    @Bean
    DataSource router() {
      HikariDataSource first = pool("hidden");
      AbstractRoutingDataSource router = new Router(first);
      router.setTargetDataSources(Map.of("only", first, "other", pool("hidden-too")));
      router.setDefaultTargetDataSource(first);
      return router;
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class StubbornRouter {
    @Bean
    DataSource router() {
      HikariDataSource hidden = pool("stubborn");
      return new Router(hidden) {
        @Override
        public void setTargetDataSources(Map<Object, Object> targets) {
          super.setTargetDataSources(Map.of("only", hidden));
        }
      };
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Three {
    @Bean
    DataSource one() {
      return pool("one");
    }

    @Bean
    DataSource reports() {
      return pool("reports");
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class WrappedByHand {
    @Bean
    DataSource mine(AtClient client) {
      return AtDataSource.wrap(pool("by-hand"), client, AtDataSourceOptions.defaults());
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class DirtyRows {
    private int told;
    private int made;

    @Bean
    static DataSource dataSource() throws SQLException {
      HikariDataSource pool = pool("dirty");
      try (Connection connection = pool.getConnection()) {
        connection
            .createStatement()
            .execute("CREATE TABLE IF NOT EXISTS account (id INT PRIMARY KEY, balance INT)");
      }
      return pool;
    }

    @Bean
    @Lazy
    DirtyRowHandler books(DataSource needed) {
      made++;
      return row -> null;
    }

    @Bean
    @Order(1)
    DirtyRowListener first(DataSource needed) {
      return event -> {
        told++;
        throw new IllegalStateException("the first fails");
      };
    }

    @Bean
    @Order(2)
    DirtyRowListener second() {
      return event -> told++;
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class OwnOptions {
    @Bean
    AtDataSourceOptions mine() {
      return AtDataSourceOptions.builder().undoTable("mine").build();
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
