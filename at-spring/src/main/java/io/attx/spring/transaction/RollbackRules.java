package io.attx.spring.transaction;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Decides whether an exception rolls back. Of all classes named, the one closest to the exception
 * in its chain of superclasses decides; at the same distance the rollback wins. Without one,
 * unchecked exceptions and errors roll back. Immutable.
 */
public final class RollbackRules {

  private static final RollbackRules SPRING = new RollbackRules(Set.of(), Set.of());

  private final Set<String> rollback;
  private final Set<String> commit;

  private RollbackRules(Set<String> rollback, Set<String> commit) {
    this.rollback = rollback;
    this.commit = commit;
  }

  /** Unchecked exceptions and errors roll back, checked exceptions commit. */
  public static RollbackRules defaults() {
    return SPRING;
  }

  /** These and their subclasses roll back too. */
  @SafeVarargs
  @SuppressWarnings("varargs") // Only read.
  public final RollbackRules rollbackFor(Class<? extends Throwable>... types) {
    return rollbackFor(names(List.of(types)));
  }

  /** The same by full or simple names of classes. */
  public RollbackRules rollbackFor(List<String> names) {
    return new RollbackRules(union(rollback, names), commit);
  }

  /** These and their subclasses commit. */
  @SafeVarargs
  @SuppressWarnings("varargs") // Only read.
  public final RollbackRules noRollbackFor(Class<? extends Throwable>... types) {
    return noRollbackFor(names(List.of(types)));
  }

  /** The same by full or simple names of classes. */
  public RollbackRules noRollbackFor(List<String> names) {
    return new RollbackRules(rollback, union(commit, names));
  }

  /** Whether this exception rolls back. */
  public boolean rollsBack(Throwable failure) {
    if (!rollback.isEmpty() || !commit.isEmpty()) {
      for (Class<?> type = failure.getClass(); type != null; type = type.getSuperclass()) {
        if (names(rollback, type)) {
          return true;
        }
        if (names(commit, type)) {
          return false;
        }
      }
    }
    return failure instanceof RuntimeException || failure instanceof Error;
  }

  private static boolean names(Set<String> named, Class<?> type) {
    return named.contains(type.getName()) || named.contains(type.getSimpleName());
  }

  private static List<String> names(List<Class<? extends Throwable>> types) {
    return types.stream().map(Class::getName).toList();
  }

  private static Set<String> union(Set<String> some, List<String> more) {
    return Stream.concat(some.stream(), more.stream()).collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public String toString() {
    return "RollbackRules[rollbackFor=" + rollback + ", noRollbackFor=" + commit + "]";
  }
}
