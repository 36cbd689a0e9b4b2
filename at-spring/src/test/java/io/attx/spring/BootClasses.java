package io.attx.spring;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.util.ClassUtils;

/**
 * The auto-configurations of Spring Boot that tests need, wherever the version that runs has them:
 * the same compiled tests run on Spring Boot 4 and 3.5.
 */
public final class BootClasses {

  private static final String BOOT = "org.springframework.boot.";

  private BootClasses() {}

  /** Makes the {@code DataSource} and what speaks through it. */
  public static AutoConfigurations jdbc() {
    return AutoConfigurations.of(
        either("jdbc.autoconfigure", "autoconfigure.jdbc", "DataSourceAutoConfiguration"),
        either("jdbc.autoconfigure", "autoconfigure.jdbc", "JdbcTemplateAutoConfiguration"),
        either("jdbc.autoconfigure", "autoconfigure.jdbc", "JdbcClientAutoConfiguration"));
  }

  /** Local transactions: the annotation and the manager of the data source. */
  public static AutoConfigurations transactions() {
    return AutoConfigurations.of(
        either(
            "transaction.autoconfigure",
            "autoconfigure.transaction",
            "TransactionAutoConfiguration"),
        either(
            "jdbc.autoconfigure",
            "autoconfigure.jdbc",
            "DataSourceTransactionManagerAutoConfiguration"));
  }

  /** The builder of {@code RestClient}. */
  public static AutoConfigurations restClient() {
    return AutoConfigurations.of(
        either(
            "restclient.autoconfigure", "autoconfigure.web.client", "RestClientAutoConfiguration"));
  }

  /** Flyway. */
  public static AutoConfigurations flyway() {
    return AutoConfigurations.of(
        either("flyway.autoconfigure", "autoconfigure.flyway", "FlywayAutoConfiguration"));
  }

  /** Liquibase. */
  public static AutoConfigurations liquibase() {
    return AutoConfigurations.of(
        either("liquibase.autoconfigure", "autoconfigure.liquibase", "LiquibaseAutoConfiguration"));
  }

  /** A class by its package in Spring Boot 4 or in 3.5. */
  public static Class<?> either(String newPackage, String oldPackage, String name) {
    ClassLoader loader = BootClasses.class.getClassLoader();
    String newName = BOOT + newPackage + "." + name;
    return ClassUtils.resolveClassName(
        ClassUtils.isPresent(newName, loader) ? newName : BOOT + oldPackage + "." + name, loader);
  }
}
