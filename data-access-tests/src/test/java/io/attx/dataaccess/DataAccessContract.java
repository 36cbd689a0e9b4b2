package io.attx.dataaccess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.attx.client.AtClient;
import io.attx.coordinator.CoordinatorOptions;
import io.attx.coordinator.CoordinatorServer;
import io.attx.dataaccess.jpa.Bags;
import io.attx.databases.DatabaseAddress;
import io.attx.databases.DatabaseKind;
import io.attx.databases.SharedServers;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Each scenario once committed and once rolled back after its local transactions had committed, on
 * one database, in one application that has all the libraries.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class DataAccessContract {

  private final DatabaseKind kind;
  private CoordinatorServer coordinator;
  private ConfigurableApplicationContext context;
  private Tables tables;

  DataAccessContract(DatabaseKind kind) {
    this.kind = kind;
  }

  @BeforeAll
  void start() {
    coordinator =
        CoordinatorServer.start(CoordinatorOptions.builder().port(0).inMemory(true).build());
    DatabaseAddress database = SharedServers.freshDatabase(kind);
    context =
        new SpringApplicationBuilder(Application.class)
            .web(WebApplicationType.NONE)
            .run(
                "--spring.main.banner-mode=off",
                "--spring.datasource.url=" + database.jdbcUrl(),
                "--spring.datasource.username=" + database.user(),
                "--spring.datasource.password=" + database.password(),
                "--spring.jpa.hibernate.ddl-auto=create",
                "--spring.jpa.open-in-view=false",
                "--spring.jpa.properties.hibernate.jdbc.batch_size=20",
                "--spring.jpa.properties.hibernate.order_inserts=true",
                "--spring.jpa.properties.hibernate.order_updates=true",
                "--attx.create-schema=true",
                // The one thing that an application with Hibernate has to say.
                "--attx.untracked-tables=" + String.join(",", Tables.GENERATORS),
                "--attx.coordinators=127.0.0.1:" + coordinator.port());
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> context.getBean(AtClient.class).isConnected());
    JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
    tables = new Tables(jdbc);
    scenarios()
        .flatMap(each -> Stream.of(each.tables(kind == DatabaseKind.MYSQL).split(";")))
        .filter(statement -> !statement.isBlank())
        .forEach(jdbc::execute);
  }

  @AfterAll
  void stop() {
    if (context != null) {
      context.close();
    }
    coordinator.close();
  }

  /** A bean of the application. */
  final <T> T bean(Class<T> type) {
    return context.getBean(type);
  }

  private Stream<Scenario> scenarios() {
    return context.getBeansOfType(Scenario.class).values().stream();
  }

  @TestFactory
  Stream<DynamicTest> whatWasDoneInATransactionThatFailsIsUndone() {
    return scenarios().map(each -> DynamicTest.dynamicTest(name(each), () -> rolledBack(each)));
  }

  @TestFactory
  Stream<DynamicTest> whatWasDoneInATransactionThatReturnsStays() {
    return scenarios().map(each -> DynamicTest.dynamicTest(name(each), () -> committed(each)));
  }

  private static String name(Scenario scenario) {
    return scenario.getClass().getSimpleName();
  }

  @Test
  void aCollectionTableWithoutAPrimaryKeyIsRefusedAndNothingIsStored() {
    SortedMap<String, List<String>> before = tables.rows();

    assertThatThrownBy(() -> bean(Runner.class).run(bean(Bags.class)::add, () -> {}))
        .rootCause()
        .hasMessageContaining("bagged_notes")
        .hasMessageContaining("add a primary key");

    assertThat(tables.rows()).isEqualTo(before);
  }

  private void rolledBack(Scenario scenario) {
    scenario.prepare();
    SortedMap<String, List<String>> before = tables.rows();

    Runnable failing =
        () -> {
          scenario.verify();
          assertThat(tables.rows()).as("committed locally").isNotEqualTo(before);
          assertThat(tables.undoRows()).isPositive();
          throw new IllegalStateException("on purpose");
        };
    assertThatThrownBy(() -> context.getBean(Runner.class).run(scenario::work, failing))
        .hasMessage("on purpose");

    assertThat(tables.rows()).isEqualTo(before);
    noUndoRowIsLeft();
  }

  private void committed(Scenario scenario) {
    scenario.prepare();

    context.getBean(Runner.class).run(scenario::work, () -> {});

    scenario.verify();
    noUndoRowIsLeft();
  }

  private void noUndoRowIsLeft() {
    await().atMost(Duration.ofSeconds(60)).until(() -> tables.undoRows() == 0);
  }
}
