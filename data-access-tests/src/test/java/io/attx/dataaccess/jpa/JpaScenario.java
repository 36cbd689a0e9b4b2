package io.attx.dataaccess.jpa;

import io.attx.dataaccess.Scenario;
import jakarta.persistence.EntityManager;
import java.util.List;
import org.springframework.transaction.support.TransactionTemplate;

/** What the scenarios of JPA have in common. */
abstract class JpaScenario implements Scenario {

  final EntityManager entities;
  private final TransactionTemplate transactions;

  /** With the shared entity manager of Spring. */
  JpaScenario(EntityManager entities, TransactionTemplate transactions) {
    this.entities = entities;
    this.transactions = transactions;
  }

  /** One local transaction. */
  final void locally(Runnable work) {
    transactions.executeWithoutResult(status -> work.run());
  }

  /** The only entity of that name. */
  final <T> T find(Class<T> type, String name) {
    return entities
        .createQuery("from " + type.getName() + " where name = :name", type)
        .setParameter("name", name)
        .getSingleResult();
  }

  /** All entities, removed one by one. */
  final <T> void removeAll(Class<T> type) {
    all(type).forEach(entities::remove);
  }

  /** All entities of a class. */
  final <T> List<T> all(Class<T> type) {
    return entities.createQuery("from " + type.getName(), type).getResultList();
  }
}
