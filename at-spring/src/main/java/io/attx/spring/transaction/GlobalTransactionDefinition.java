package io.attx.spring.transaction;

import io.attx.spring.annotation.GlobalPropagation;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a piece of work relates to global transactions; what {@link
 * io.attx.spring.annotation.GlobalTransactional} says of a method. Immutable.
 *
 * @param name for people; may be empty
 * @param timeout from the begin to the automatic rollback; null for the default of the application
 * @param propagation what to do with the transaction that the thread is in
 * @param lockTimeout how long to wait for rows that another global transaction holds; null for what
 *     the data source says
 * @param dirtyPolicy for dirty rows; empty for what the data source says
 * @param rules which exceptions roll back
 */
public record GlobalTransactionDefinition(
    String name,
    @Nullable Duration timeout,
    GlobalPropagation propagation,
    @Nullable Duration lockTimeout,
    String dirtyPolicy,
    RollbackRules rules) {

  /** REQUIRED, with the defaults of everything else. */
  public static GlobalTransactionDefinition named(String name) {
    return new GlobalTransactionDefinition(
        name, null, GlobalPropagation.REQUIRED, null, "", RollbackRules.defaults());
  }

  /** The same with another timeout. */
  public GlobalTransactionDefinition timeout(@Nullable Duration other) {
    return new GlobalTransactionDefinition(
        name, other, propagation, lockTimeout, dirtyPolicy, rules);
  }

  /** The same with another propagation. */
  public GlobalTransactionDefinition propagation(GlobalPropagation other) {
    return new GlobalTransactionDefinition(name, timeout, other, lockTimeout, dirtyPolicy, rules);
  }

  /** The same with another wait for locks. */
  public GlobalTransactionDefinition lockTimeout(@Nullable Duration other) {
    return new GlobalTransactionDefinition(name, timeout, propagation, other, dirtyPolicy, rules);
  }

  /** The same with another policy for dirty rows. */
  public GlobalTransactionDefinition dirtyPolicy(String other) {
    return new GlobalTransactionDefinition(name, timeout, propagation, lockTimeout, other, rules);
  }

  /** The same with other rules. */
  public GlobalTransactionDefinition rules(RollbackRules other) {
    return new GlobalTransactionDefinition(
        name, timeout, propagation, lockTimeout, dirtyPolicy, other);
  }
}
