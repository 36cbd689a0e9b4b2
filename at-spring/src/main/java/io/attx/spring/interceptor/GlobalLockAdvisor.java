package io.attx.spring.interceptor;

import io.attx.spring.annotation.GlobalLock;
import java.lang.reflect.Method;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.StaticMethodMatcherPointcutAdvisor;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.ClassUtils;

/**
 * Runs methods with {@link GlobalLock} in a scope of {@link io.attx.client.GlobalLock}, outside of
 * {@code @Transactional}, so that the local commit is inside.
 */
public final class GlobalLockAdvisor extends StaticMethodMatcherPointcutAdvisor {

  /** Inside of a global transaction of the same method, where it has no effect. */
  public static final int ORDER = GlobalTransactionAdvisor.ORDER + 10;

  /** An advisor. */
  public GlobalLockAdvisor() {
    setAdvice(new InScope());
    setOrder(ORDER);
  }

  @Override
  public boolean matches(Method method, Class<?> targetClass) {
    Class<?> userClass = ClassUtils.getUserClass(targetClass);
    if (method.getDeclaringClass() == Object.class
        || !AnnotationUtils.isCandidateClass(userClass, GlobalLock.class)) {
      return false;
    }
    Method specific = AopUtils.getMostSpecificMethod(method, userClass);
    if (specific.isSynthetic()
        || AnnotatedMethods.find(GlobalLock.class, specific, method, userClass) == null) {
      return false;
    }
    AnnotatedMethods.requireSynchronous(GlobalLock.class, specific);
    return true;
  }

  /** The scope around a call. */
  private static final class InScope implements MethodInterceptor {
    @Override
    public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
      try (io.attx.client.GlobalLock.Scope scope = io.attx.client.GlobalLock.open()) {
        return invocation.proceed();
      }
    }
  }
}
