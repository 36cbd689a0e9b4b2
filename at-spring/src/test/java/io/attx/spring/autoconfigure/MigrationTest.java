package io.attx.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.attx.spring.BootClasses;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.AbstractDataSource;

/** The undo table by the migration tools of Spring Boot, from the documented places. */
class MigrationTest {

  private final ApplicationContextRunner context =
      new ApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  AttxAutoConfiguration.class, AttxDataSourceAutoConfiguration.class))
          .withConfiguration(BootClasses.jdbc())
          .withPropertyValues("attx.coordinators=127.0.0.1:1");

  @Test
  void flywayTakesTheScriptFromItsPlace() {
    context
        .withConfiguration(BootClasses.flyway())
        .withPropertyValues(
            "spring.datasource.url=jdbc:h2:mem:flyway;DB_CLOSE_DELAY=-1",
            "spring.flyway.enabled=true",
            "spring.flyway.locations=classpath:db/undo_log/{vendor}")
        .run(
            started -> {
              assertThat(started).hasNotFailed();
              JdbcClient jdbc = started.getBean(JdbcClient.class);
              assertThat(
                      jdbc.sql(
                              "SELECT \"description\" FROM \"flyway_schema_history\" WHERE \"success\"")
                          .query(String.class)
                          .list())
                  .contains("attx undo log");
              assertUndoTable(jdbc);
            });
  }

  @Test
  void liquibaseIncludesTheChangeLogFromItsPlace() {
    context
        .withConfiguration(BootClasses.liquibase())
        .withPropertyValues(
            "spring.datasource.url=jdbc:h2:mem:liquibase;DB_CLOSE_DELAY=-1",
            "spring.liquibase.enabled=true",
            "spring.liquibase.change-log=classpath:db/undo_log/liquibase.xml")
        .run(
            started -> {
              assertThat(started).hasNotFailed();
              JdbcClient jdbc = started.getBean(JdbcClient.class);
              assertThat(jdbc.sql("SELECT id FROM databasechangelog").query(String.class).list())
                  .containsExactly("attx-undo-log-h2");
              assertUndoTable(jdbc);
            });
  }

  @Test
  void theDatabaseIsLookedAtOnlyWhenAllBeansAreMade() {
    context
        .withUserConfiguration(LateTables.class)
        .run(
            started -> {
              assertThat(started).hasNotFailed();
              assertThat(started.getBean(Probe.class).connectionsBeforeMigration).isZero();
            });
  }

  private static void assertUndoTable(JdbcClient jdbc) {
    assertThat(jdbc.sql("SELECT COUNT(*) FROM undo_log").query(Integer.class).single()).isZero();
    assertThat(jdbc.sql("SELECT COUNT(*) FROM undo_log_identity").query(Integer.class).single())
        .isOne();
  }

  /** Stands for a migration tool: notes whether anybody was at the database before it. */
  static final class Probe {
    final int connectionsBeforeMigration;

    Probe(DataSource dataSource) {
      try {
        connectionsBeforeMigration = dataSource.unwrap(Counting.class).connections;
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  static final class Counting extends AbstractDataSource implements AutoCloseable {
    private final HikariDataSource pool = new HikariDataSource();
    private int connections;

    Counting() {
      pool.setJdbcUrl("jdbc:h2:mem:counting;DB_CLOSE_DELAY=-1");
    }

    @Override
    public Connection getConnection() throws SQLException {
      connections++;
      return pool.getConnection();
    }

    @Override
    public Connection getConnection(String user, String password) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
      pool.close();
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class LateTables {
    @Bean
    Counting counting() {
      return new Counting();
    }

    @Bean
    Probe migration(DataSource dataSource) {
      return new Probe(dataSource);
    }
  }
}
