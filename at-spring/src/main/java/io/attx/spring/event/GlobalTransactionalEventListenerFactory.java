package io.attx.spring.event;

import java.lang.reflect.Method;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.EventListenerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.AnnotatedElementUtils;

/** Makes the listeners of {@link GlobalTransactionalEventListener} methods. */
public final class GlobalTransactionalEventListenerFactory
    implements EventListenerFactory, Ordered {

  /** Before the factory that takes every {@code @EventListener}. */
  @Override
  public int getOrder() {
    return 40;
  }

  @Override
  public boolean supportsMethod(Method method) {
    return AnnotatedElementUtils.hasAnnotation(method, GlobalTransactionalEventListener.class);
  }

  @Override
  public ApplicationListener<?> createApplicationListener(
      String beanName, Class<?> type, Method method) {
    GlobalTransactionalEventListener annotation =
        AnnotatedElementUtils.findMergedAnnotation(method, GlobalTransactionalEventListener.class);
    if (annotation == null) {
      throw new IllegalStateException("no @GlobalTransactionalEventListener on " + method);
    }
    return new WaitingEventListener(beanName, type, method, annotation);
  }
}
