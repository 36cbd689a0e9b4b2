package io.attx.spring.interceptor;

import io.attx.spring.transaction.GlobalTransactionDefinition;
import io.attx.spring.transaction.GlobalTransactionTemplate;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;

/**
 * Runs an annotated method by a {@link GlobalTransactionTemplate}. The rules are those of {@link
 * io.attx.spring.annotation.GlobalTransactional}. Thread-safe.
 */
public final class GlobalTransactionInterceptor implements MethodInterceptor {

  private final GlobalTransactionTemplate template;
  private final GlobalTransactionAttributeSource attributes =
      new GlobalTransactionAttributeSource();

  /** An interceptor that uses this template with the definition of each method. */
  public GlobalTransactionInterceptor(GlobalTransactionTemplate template) {
    this.template = template;
  }

  GlobalTransactionAttributeSource attributes() {
    return attributes;
  }

  @Override
  @SuppressWarnings("NullAway") // It does not know that the result of a call may be null.
  public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
    Object target = invocation.getThis();
    Class<?> targetClass = target == null ? null : AopUtils.getTargetClass(target);
    GlobalTransactionDefinition definition = attributes.find(invocation.getMethod(), targetClass);
    if (definition == null) {
      return invocation.proceed();
    }
    return template.with(definition).<@Nullable Object, Throwable>call(invocation::proceed);
  }
}
