package io.attx.spring.interceptor;

import io.attx.spring.annotation.GlobalTransactional;
import java.lang.reflect.Method;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.core.MethodClassKey;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.ClassUtils;

/**
 * Finds {@link GlobalTransactional} on a method, its class, or what they override and implement.
 * Each method is looked at once. Thread-safe.
 */
final class GlobalTransactionAttributeSource {

  private static final String PUBLISHER = "org.reactivestreams.Publisher";

  private final Map<MethodClassKey, Optional<GlobalTransactionAttribute>> known =
      new ConcurrentHashMap<>();

  /**
   * The attribute of a method called on an object of that class; null if it is not annotated.
   *
   * @throws IllegalStateException if the annotation makes no sense on this method
   */
  @Nullable GlobalTransactionAttribute find(Method method, @Nullable Class<?> targetClass) {
    if (method.getDeclaringClass() == Object.class) {
      return null;
    }
    return known
        .computeIfAbsent(
            new MethodClassKey(method, targetClass),
            key -> Optional.ofNullable(read(method, targetClass)))
        .orElse(null);
  }

  private static @Nullable GlobalTransactionAttribute read(
      Method method, @Nullable Class<?> targetClass) {
    Class<?> userClass =
        targetClass == null ? method.getDeclaringClass() : ClassUtils.getUserClass(targetClass);
    if (!AnnotationUtils.isCandidateClass(userClass, GlobalTransactional.class)) {
      return null;
    }
    Method specific = AopUtils.getMostSpecificMethod(method, userClass);
    GlobalTransactional annotation = annotation(specific, method, userClass);
    if (annotation == null || specific.isSynthetic()) {
      return null;
    }
    checkReturnType(specific);
    String name =
        annotation.name().isEmpty()
            ? userClass.getSimpleName() + "." + specific.getName()
            : annotation.name();
    RollbackRules rules =
        new RollbackRules(List.of(annotation.rollbackFor()), List.of(annotation.noRollbackFor()));
    return new GlobalTransactionAttribute(name, timeout(annotation.timeout(), specific), rules);
  }

  private static @Nullable GlobalTransactional annotation(
      Method specific, Method called, Class<?> userClass) {
    GlobalTransactional annotation =
        AnnotatedElementUtils.findMergedAnnotation(specific, GlobalTransactional.class);
    if (annotation == null) {
      annotation = AnnotatedElementUtils.findMergedAnnotation(called, GlobalTransactional.class);
    }
    if (annotation == null && ClassUtils.isUserLevelMethod(called)) {
      annotation = AnnotatedElementUtils.findMergedAnnotation(userClass, GlobalTransactional.class);
    }
    return annotation;
  }

  private static void checkReturnType(Method method) {
    Class<?> type = method.getReturnType();
    boolean asynchronous =
        Future.class.isAssignableFrom(type)
            || CompletionStage.class.isAssignableFrom(type)
            || ClassUtils.getAllInterfacesForClassAsSet(type).stream()
                .anyMatch(each -> each.getName().equals(PUBLISHER))
            || type.getName().equals(PUBLISHER);
    if (asynchronous) {
      throw new IllegalStateException(
          "@GlobalTransactional on "
              + method
              + " is refused: it returns "
              + type.getSimpleName()
              + ", so the transaction would be decided before the work is done. Annotate the method that does the"
              + " work and returns its result.");
    }
  }

  private static @Nullable Duration timeout(String text, Method method) {
    if (text.isEmpty()) {
      return null;
    }
    try {
      Duration timeout = DurationStyle.detectAndParse(text, ChronoUnit.SECONDS);
      if (timeout.toMillis() > 0) {
        return timeout;
      }
    } catch (IllegalArgumentException e) {
      throw wrongTimeout(text, method, e);
    }
    throw wrongTimeout(text, method, null);
  }

  private static IllegalStateException wrongTimeout(
      String text, Method method, @Nullable Exception cause) {
    return new IllegalStateException(
        "@GlobalTransactional on "
            + method
            + " has the timeout '"
            + text
            + "'; expected a positive time like 30s, PT2M, or a number of seconds.",
        cause);
  }
}
