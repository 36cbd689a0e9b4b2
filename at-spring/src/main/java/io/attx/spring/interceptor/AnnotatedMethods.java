package io.attx.spring.interceptor;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.springframework.core.KotlinDetector;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ClassUtils;

/**
 * Which methods an annotation means, and where it cannot work: said at start, since it would have
 * no effect in silence.
 */
final class AnnotatedMethods {

  private static final String PUBLISHER = "org.reactivestreams.Publisher";

  private AnnotatedMethods() {}

  /**
   * Finds an annotation on a method, its class, or what they override and implement, also through
   * annotations that carry it.
   *
   * @param specific the method of the user's class
   * @param called the method that was called, perhaps of an interface
   * @throws IllegalStateException if no proxy sees the method
   */
  static <A extends Annotation> @Nullable A find(
      Class<A> type, Method specific, Method called, Class<?> userClass) {
    A annotation = AnnotatedElementUtils.findMergedAnnotation(specific, type);
    if (annotation == null) {
      annotation = AnnotatedElementUtils.findMergedAnnotation(called, type);
    }
    if (annotation == null && isMeantByItsClass(specific, called, userClass)) {
      annotation = AnnotatedElementUtils.findMergedAnnotation(userClass, type);
    }
    if (annotation != null) {
      requireProxied(type, specific);
    }
    return annotation;
  }

  /** Not private and static methods, nor what a base class made final, like in JdbcDaoSupport. */
  private static boolean isMeantByItsClass(Method specific, Method called, Class<?> userClass) {
    boolean inheritedFinal =
        Modifier.isFinal(specific.getModifiers()) && specific.getDeclaringClass() != userClass;
    return ClassUtils.isUserLevelMethod(called) && !isInternal(specific) && !inheritedFinal;
  }

  private static boolean isInternal(Method method) {
    return Modifier.isPrivate(method.getModifiers()) || Modifier.isStatic(method.getModifiers());
  }

  private static void requireProxied(Class<? extends Annotation> type, Method method) {
    if (isInternal(method) || Modifier.isFinal(method.getModifiers())) {
      throw new IllegalStateException(
          "@"
              + type.getSimpleName()
              + " on "
              + method
              + " is refused: a private, final or static method is never called through a Spring"
              + " proxy, so it would have no effect. Make it an overridable method that other beans"
              + " call, or do the same in code.");
    }
  }

  /**
   * Refuses a method that returns before its work is done.
   *
   * @throws IllegalStateException if it does
   */
  static void requireSynchronous(Class<? extends Annotation> type, Method method) {
    Class<?> returned = method.getReturnType();
    if (Future.class.isAssignableFrom(returned)
        || CompletionStage.class.isAssignableFrom(returned)
        || Flow.Publisher.class.isAssignableFrom(returned)
        || KotlinDetector.isSuspendingFunction(method)
        || ReactiveAdapterRegistry.getSharedInstance().getAdapter(returned) != null
        || isPublisher(returned)) {
      throw new IllegalStateException(
          "@"
              + type.getSimpleName()
              + " on "
              + method
              + " is refused: it returns "
              + returned.getSimpleName()
              + ", so its effect would end before the work is done. Annotate the method that does"
              + " the work and returns its result.");
    }
  }

  /** Without the class, which need not be there. */
  private static boolean isPublisher(Class<?> type) {
    return type.getName().equals(PUBLISHER)
        || ClassUtils.getAllInterfacesForClassAsSet(type).stream()
            .anyMatch(each -> each.getName().equals(PUBLISHER));
  }
}
