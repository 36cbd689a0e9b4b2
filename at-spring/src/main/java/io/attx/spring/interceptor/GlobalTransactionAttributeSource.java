package io.attx.spring.interceptor;

import io.attx.dirty.DirtyPolicies;
import io.attx.spring.annotation.GlobalPropagation;
import io.attx.spring.annotation.GlobalTransactional;
import io.attx.spring.transaction.GlobalTransactionDefinition;
import io.attx.spring.transaction.RollbackRules;
import java.lang.reflect.Method;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.core.MethodClassKey;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.ClassUtils;

/**
 * Finds {@link GlobalTransactional} on a method, its class, or what they override and implement,
 * also through annotations that carry it. Each method is looked at once. Thread-safe.
 */
final class GlobalTransactionAttributeSource {

  private final Map<MethodClassKey, Optional<GlobalTransactionDefinition>> known =
      new ConcurrentHashMap<>();

  /**
   * The definition for a method called on an object of that class; null if it is not annotated.
   *
   * @throws IllegalStateException if the annotation makes no sense on this method
   */
  @Nullable GlobalTransactionDefinition find(Method method, @Nullable Class<?> targetClass) {
    if (method.getDeclaringClass() == Object.class) {
      return null;
    }
    return known
        .computeIfAbsent(
            new MethodClassKey(method, targetClass),
            key -> Optional.ofNullable(read(method, targetClass)))
        .orElse(null);
  }

  private static @Nullable GlobalTransactionDefinition read(
      Method method, @Nullable Class<?> targetClass) {
    Class<?> userClass =
        targetClass == null ? method.getDeclaringClass() : ClassUtils.getUserClass(targetClass);
    if (!AnnotationUtils.isCandidateClass(userClass, GlobalTransactional.class)) {
      return null;
    }
    Method specific = AopUtils.getMostSpecificMethod(method, userClass);
    if (specific.isSynthetic()) {
      return null;
    }
    GlobalTransactional annotation =
        AnnotatedMethods.find(GlobalTransactional.class, specific, method, userClass);
    return annotation == null ? null : definition(annotation, specific, userClass);
  }

  private static GlobalTransactionDefinition definition(
      GlobalTransactional annotation, Method method, Class<?> userClass) {
    GlobalPropagation propagation = annotation.propagation();
    if (propagation != GlobalPropagation.NOT_SUPPORTED && propagation != GlobalPropagation.NEVER) {
      AnnotatedMethods.requireSynchronous(GlobalTransactional.class, method);
    }
    String name =
        annotation.name().isEmpty()
            ? userClass.getSimpleName() + "." + method.getName()
            : annotation.name();
    Duration timeout = duration("timeout", annotation.timeout(), method);
    if (timeout != null && timeout.toMillis() == 0) {
      throw wrong("timeout", annotation.timeout(), "expected more than nothing", method, null);
    }
    return new GlobalTransactionDefinition(
        name,
        timeout,
        propagation,
        duration("lockTimeout", annotation.lockTimeout(), method),
        policy(annotation.dirty(), method),
        rules(annotation));
  }

  private static RollbackRules rules(GlobalTransactional annotation) {
    return RollbackRules.defaults()
        .rollbackFor(annotation.rollbackFor())
        .rollbackFor(List.of(annotation.rollbackForClassName()))
        .noRollbackFor(annotation.noRollbackFor())
        .noRollbackFor(List.of(annotation.noRollbackForClassName()));
  }

  private static @Nullable Duration duration(String attribute, String text, Method method) {
    if (text.isEmpty()) {
      return null;
    }
    Duration duration;
    try {
      duration = DurationStyle.detectAndParse(text, ChronoUnit.SECONDS);
    } catch (IllegalArgumentException e) {
      throw wrong(attribute, text, "expected a time like 30s, PT2M, or seconds", method, e);
    }
    if (duration.isNegative() || duration.compareTo(Duration.ofDays(1)) > 0) {
      throw wrong(attribute, text, "expected a time up to a day", method, null);
    }
    return duration;
  }

  private static String policy(String text, Method method) {
    try {
      if (!text.isEmpty()) {
        var unused = DirtyPolicies.parse(text);
      }
      return text;
    } catch (IllegalArgumentException e) {
      throw wrong("dirty", text, String.valueOf(e.getMessage()), method, e);
    }
  }

  private static IllegalStateException wrong(
      String attribute, String text, String why, Method method, @Nullable Exception cause) {
    return new IllegalStateException(
        "@GlobalTransactional on " + method + " has the " + attribute + " '" + text + "': " + why,
        cause);
  }
}
