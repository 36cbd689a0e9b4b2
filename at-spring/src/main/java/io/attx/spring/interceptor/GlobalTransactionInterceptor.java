package io.attx.spring.interceptor;

import io.attx.client.AtClient;
import io.attx.client.GlobalTransaction;
import io.attx.client.GlobalTransactionContext;
import io.attx.client.GlobalTransactionOptions;
import io.attx.client.Participation;
import java.time.Duration;
import java.util.function.Supplier;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;

/**
 * Begins a global transaction around an annotated method and decides it, or joins the one that the
 * thread is in. The rules are those of {@link io.attx.spring.annotation.GlobalTransactional}.
 * Thread-safe.
 *
 * <p>When the method fails, its exception reaches the caller whatever else goes wrong: a failure of
 * the rollback is added to it as suppressed. Where an exception commits and the commit fails, the
 * failure of the commit is thrown, with the exception as suppressed.
 */
public final class GlobalTransactionInterceptor implements MethodInterceptor {

  private final Supplier<AtClient> client;
  private final Supplier<Duration> defaultTimeout;
  private final GlobalTransactionAttributeSource attributes =
      new GlobalTransactionAttributeSource();

  /**
   * An interceptor.
   *
   * @param client asked at each begin, so that creating a proxy does not create the client
   * @param defaultTimeout for methods that state none; asked like the client
   */
  public GlobalTransactionInterceptor(
      Supplier<AtClient> client, Supplier<Duration> defaultTimeout) {
    this.client = client;
    this.defaultTimeout = defaultTimeout;
  }

  GlobalTransactionAttributeSource attributes() {
    return attributes;
  }

  @Override
  public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
    Object target = invocation.getThis();
    Class<?> targetClass = target == null ? null : AopUtils.getTargetClass(target);
    GlobalTransactionAttribute attribute = attributes.find(invocation.getMethod(), targetClass);
    if (attribute == null) {
      return invocation.proceed();
    }
    Participation joined = GlobalTransactionContext.current();
    return joined == null ? decide(invocation, attribute) : takePart(invocation, attribute, joined);
  }

  private @Nullable Object decide(MethodInvocation invocation, GlobalTransactionAttribute attribute)
      throws Throwable {
    Duration timeout = attribute.timeout() == null ? defaultTimeout.get() : attribute.timeout();
    GlobalTransaction transaction =
        client.get().begin(GlobalTransactionOptions.named(attribute.name()).timeout(timeout));
    Object result;
    try {
      result = invocation.proceed();
    } catch (Throwable failure) {
      if (attribute.rules().rollsBack(failure)) {
        rollback(transaction, failure);
      } else {
        commit(transaction, failure);
      }
      throw failure;
    }
    transaction.commit();
    return result;
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

  private static @Nullable Object takePart(
      MethodInvocation invocation, GlobalTransactionAttribute attribute, Participation joined)
      throws Throwable {
    try {
      return invocation.proceed();
    } catch (Throwable failure) {
      if (attribute.rules().rollsBack(failure)) {
        joined.setRollbackOnly();
      }
      throw failure;
    }
  }
}
