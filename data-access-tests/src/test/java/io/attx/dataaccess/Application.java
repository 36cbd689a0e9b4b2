package io.attx.dataaccess;

import io.attx.datasource.AtDataSourceOptions;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The starter, the libraries, and one thing that an application with Hibernate has to say. */
@SpringBootApplication
class Application {

  @Bean
  Runner runner() {
    return new Runner();
  }

  /** Tables that hand out ids must neither be locked until the end nor be taken back. */
  @Bean
  AtDataSourceOptions atDataSourceOptions() {
    return AtDataSourceOptions.builder()
        .createSchema(true)
        .untrackedTables(Tables.GENERATORS.toArray(String[]::new))
        .build();
  }

  @Bean
  TransactionTemplate transactions(PlatformTransactionManager manager) {
    return new TransactionTemplate(manager);
  }
}
