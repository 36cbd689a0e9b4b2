package io.attx.dataaccess.jpa;

import io.attx.dataaccess.jpa.Entities.Bagged;
import jakarta.persistence.EntityManager;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** A collection whose table has no primary key. */
@Component
public class Bags {

  private final EntityManager entities;
  private final TransactionTemplate transactions;

  Bags(EntityManager entities, TransactionTemplate transactions) {
    this.entities = entities;
    this.transactions = transactions;
  }

  /** Stores one. */
  public void add() {
    transactions.executeWithoutResult(
        status -> {
          Bagged bag = new Bagged();
          bag.notes.add("note");
          entities.persist(bag);
        });
  }
}
