package io.attx.spring.interceptor;

import io.attx.dirty.DirtyPolicies;
import io.attx.spring.annotation.GlobalPropagation;
import io.attx.spring.annotation.GlobalTransactional;
import io.attx.spring.transaction.GlobalTransactionDefinition;
import io.attx.spring.transaction.RollbackRules;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.core.KotlinDetector;
import org.springframework.core.MethodClassKey;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.ClassUtils;

/**
 * Finds {@link GlobalTransactional} on a method, its class, or what they override and implement,
 * also through annotations that carry it. Each method is looked at once. Thread-safe.
 */
final class GlobalTransactionAttributeSource {

  private static final String PUBLISHER = "org.reactivestreams.Publisher";

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
    GlobalTransactional annotation = onMethod(specific, method);
    if (annotation == null && ClassUtils.isUserLevelMethod(method) && !isInternal(specific)) {
      annotation = AnnotatedElementUtils.findMergedAnnotation(userClass, GlobalTransactional.class);
      if (annotation != null && isInheritedFinal(specific, userClass)) {
        return null;
      }
    }
    if (annotation == null) {
      return null;
    }
    checkProxied(specific);
    return definition(annotation, specific, userClass);
  }

  private static @Nullable GlobalTransactional onMethod(Method specific, Method called) {
    GlobalTransactional annotation =
        AnnotatedElementUtils.findMergedAnnotation(specific, GlobalTransactional.class);
    return annotation != null
        ? annotation
        : AnnotatedElementUtils.findMergedAnnotation(called, GlobalTransactional.class);
  }

  private static GlobalTransactionDefinition definition(
      GlobalTransactional annotation, Method method, Class<?> userClass) {
    GlobalPropagation propagation = annotation.propagation();
    if (propagation != GlobalPropagation.NOT_SUPPORTED && propagation != GlobalPropagation.NEVER) {
      checkReturnType(method);
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

  /** The annotation of a class does not mean its private and static methods. */
  private static boolean isInternal(Method method) {
    return Modifier.isPrivate(method.getModifiers()) || Modifier.isStatic(method.getModifiers());
  }

  /** Nor what a base class made final, like the accessors of {@code JdbcDaoSupport}. */
  private static boolean isInheritedFinal(Method method, Class<?> userClass) {
    return Modifier.isFinal(method.getModifiers()) && method.getDeclaringClass() != userClass;
  }

  private static void checkProxied(Method method) {
    if (isInternal(method) || Modifier.isFinal(method.getModifiers())) {
      throw new IllegalStateException(
          "@GlobalTransactional on "
              + method
              + " is refused: a private, final or static method is never called through a Spring"
              + " proxy, so there would be no transaction. Make it an overridable method that other"
              + " beans call, or use the GlobalTransactionTemplate.");
    }
  }

  private static void checkReturnType(Method method) {
    Class<?> type = method.getReturnType();
    if (Future.class.isAssignableFrom(type)
        || CompletionStage.class.isAssignableFrom(type)
        || Flow.Publisher.class.isAssignableFrom(type)
        || KotlinDetector.isSuspendingFunction(method)
        || ReactiveAdapterRegistry.getSharedInstance().getAdapter(type) != null
        || isPublisher(type)) {
      throw new IllegalStateException(
          "@GlobalTransactional on "
              + method
              + " is refused: it returns "
              + type.getSimpleName()
              + ", so the transaction would be decided before the work is done. Annotate the method"
              + " that does the work and returns its result.");
    }
  }

  /** Without the class, which need not be there. */
  private static boolean isPublisher(Class<?> type) {
    return type.getName().equals(PUBLISHER)
        || ClassUtils.getAllInterfacesForClassAsSet(type).stream()
            .anyMatch(each -> each.getName().equals(PUBLISHER));
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
