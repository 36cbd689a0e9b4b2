package io.attx.spring.propagation.messaging;

import io.attx.spring.annotation.JoinGlobalTransaction;
import io.attx.spring.interceptor.GlobalTransactionAdvisor;
import io.attx.spring.propagation.XidHeader;
import java.lang.reflect.Method;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.StaticMethodMatcherPointcutAdvisor;
import org.springframework.core.annotation.AnnotatedElementUtils;

/**
 * Puts the {@link JoinGlobalTransactionInterceptor} around annotated methods, outside of
 * {@code @GlobalTransactional} and {@code @Transactional}.
 */
public final class JoinGlobalTransactionAdvisor extends StaticMethodMatcherPointcutAdvisor {

  /** An advisor for that interceptor. */
  public JoinGlobalTransactionAdvisor(JoinGlobalTransactionInterceptor interceptor) {
    setAdvice(interceptor);
    setOrder(GlobalTransactionAdvisor.ORDER - 10);
  }

  /**
   * Whether the method is annotated.
   *
   * @throws IllegalStateException if it is, but no parameter shows the header
   */
  @Override
  public boolean matches(Method method, Class<?> targetClass) {
    Method specific = AopUtils.getMostSpecificMethod(method, targetClass);
    if (!AnnotatedElementUtils.hasAnnotation(specific, JoinGlobalTransaction.class)) {
      return false;
    }
    if (!MessageXid.isShownTo(specific)) {
      throw new IllegalStateException(
          "@JoinGlobalTransaction on "
              + specific
              + " is refused: no parameter shows the header "
              + XidHeader.NAME
              + " of the message. Add one, for example @Header(name = \""
              + XidHeader.NAME
              + "\", required = false) String xid.");
    }
    return true;
  }
}
