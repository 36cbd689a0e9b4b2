package io.attx.spring.interceptor;

import java.lang.reflect.Method;
import org.springframework.aop.support.StaticMethodMatcherPointcutAdvisor;
import org.springframework.core.Ordered;

/**
 * Puts the {@link GlobalTransactionInterceptor} around annotated methods, outside of
 * {@code @Transactional}, whose advisor has the lowest precedence.
 */
public final class GlobalTransactionAdvisor extends StaticMethodMatcherPointcutAdvisor {

  /** Lower numbers are further outside. */
  public static final int ORDER = Ordered.LOWEST_PRECEDENCE - 1_000;

  private final transient GlobalTransactionAttributeSource attributes;

  /** An advisor for that interceptor. */
  public GlobalTransactionAdvisor(GlobalTransactionInterceptor interceptor) {
    this.attributes = interceptor.attributes();
    setAdvice(interceptor);
    setOrder(ORDER);
  }

  @Override
  public boolean matches(Method method, Class<?> targetClass) {
    return attributes.find(method, targetClass) != null;
  }
}
