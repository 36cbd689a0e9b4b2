package io.attx.spring.transaction;

import io.attx.client.AtClient;
import io.attx.client.GlobalTransaction;
import io.attx.client.GlobalTransactionContext;
import io.attx.client.GlobalTransactionOptions;
import io.attx.client.Participation;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs work in global transactions without an annotation, by the same rules: {@code
 * template.with(GlobalTransactionDefinition.named("ship")).execute(() -> …)}. Immutable and
 * thread-safe.
 *
 * <p>When the work fails, its exception reaches the caller whatever else goes wrong: a failure of
 * the rollback is added to it as suppressed. Where an exception commits and the commit fails, the
 * failure of the commit is thrown, with the exception as suppressed.
 */
public final class GlobalTransactionTemplate {

  private final Supplier<AtClient> client;
  private final Supplier<Duration> defaultTimeout;
  private final GlobalTransactionDefinition definition;

  /**
   * A template for REQUIRED, without a name.
   *
   * @param client asked at each begin
   * @param defaultTimeout for definitions that state none; asked like the client
   */
  public GlobalTransactionTemplate(Supplier<AtClient> client, Supplier<Duration> defaultTimeout) {
    this(client, defaultTimeout, GlobalTransactionDefinition.named(""));
  }

  private GlobalTransactionTemplate(
      Supplier<AtClient> client,
      Supplier<Duration> defaultTimeout,
      GlobalTransactionDefinition definition) {
    this.client = client;
    this.defaultTimeout = defaultTimeout;
    this.definition = definition;
  }

  /** One that runs by another definition. */
  public GlobalTransactionTemplate with(GlobalTransactionDefinition other) {
    return new GlobalTransactionTemplate(client, defaultTimeout, other);
  }

  /**
   * Work with a result.
   *
   * @param <T> the result
   * @param <X> what it may throw
   */
  @FunctionalInterface
  public interface Call<T extends @Nullable Object, X extends Throwable> {
    /** Does the work. */
    T run() throws X;
  }

  /**
   * Runs the work and returns what it returned.
   *
   * @throws X what the work threw, as it is
   * @throws io.attx.GlobalTransactionException when the commit ended as a rollback or its outcome
   *     is not known
   * @throws IllegalStateException when MANDATORY finds no transaction or NEVER finds one; the work
   *     did not run
   */
  public <T extends @Nullable Object, X extends Throwable> T call(Call<T, X> work) throws X {
    Participation current = GlobalTransactionContext.current();
    return switch (definition.propagation()) {
      case REQUIRED -> current == null ? decide(work) : takePart(current, work);
      case REQUIRES_NEW -> current == null ? decide(work) : apart(() -> decide(work));
      case SUPPORTS -> current == null ? work.run() : takePart(current, work);
      case NOT_SUPPORTED -> current == null ? work.run() : apart(work);
      case MANDATORY -> takePart(mandatory(current), work);
      case NEVER -> {
        requireNone(current);
        yield work.run();
      }
    };
  }

  /** As {@link #call} for work without a result. */
  public <X extends Exception> void execute(AtClient.Work<X> work) throws X {
    var unused =
        this.<Boolean, X>call(
            () -> {
              work.run();
              return true;
            });
  }

  private <T extends @Nullable Object, X extends Throwable> T decide(Call<T, X> work) throws X {
    GlobalTransaction transaction = client.get().begin(options());
    T result;
    try {
      result = work.run();
    } catch (Throwable failure) {
      if (definition.rules().rollsBack(failure)) {
        rollback(transaction, failure);
      } else {
        commit(transaction, failure);
      }
      throw failure;
    }
    transaction.commit();
    return result;
  }

  private GlobalTransactionOptions options() {
    Duration stated = definition.timeout();
    return GlobalTransactionOptions.named(definition.name())
        .timeout(stated == null ? defaultTimeout.get() : stated)
        .lockWait(definition.lockTimeout())
        .dirty(definition.dirtyPolicy());
  }

  private static void rollback(GlobalTransaction transaction, Throwable reason) {
    try {
      transaction.rollback();
    } catch (RuntimeException | Error second) {
      reason.addSuppressed(second);
    }
  }

  private static void commit(GlobalTransaction transaction, Throwable returned) {
    try {
      transaction.commit();
    } catch (RuntimeException | Error second) {
      second.addSuppressed(returned);
      throw second;
    }
  }

  private <T extends @Nullable Object, X extends Throwable> T takePart(
      Participation joined, Call<T, X> work) throws X {
    try {
      return work.run();
    } catch (Throwable failure) {
      if (definition.rules().rollsBack(failure)) {
        joined.setRollbackOnly();
      }
      throw failure;
    }
  }

  /** Outside of the transaction that the thread is in. */
  private static <T extends @Nullable Object, X extends Throwable> T apart(Call<T, X> work)
      throws X {
    try (GlobalTransactionContext.Scope suspended = GlobalTransactionContext.suspend()) {
      return work.run();
    }
  }

  private Participation mandatory(@Nullable Participation current) {
    if (current == null) {
      throw new IllegalStateException(
          described()
              + " must be called inside of a global transaction (MANDATORY), but the thread is in"
              + " none. What to do: annotate a caller with @GlobalTransactional, or look for the"
              + " reason why its transaction did not arrive here.");
    }
    return current;
  }

  private void requireNone(@Nullable Participation current) {
    if (current != null) {
      throw new IllegalStateException(
          described()
              + " must be called outside of any global transaction (NEVER), but the thread is in "
              + current.xid()
              + ".");
    }
  }

  private String described() {
    return definition.name().isEmpty() ? "This work" : "'" + definition.name() + "'";
  }
}
