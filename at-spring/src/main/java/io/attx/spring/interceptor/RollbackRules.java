package io.attx.spring.interceptor;

import java.util.List;

/**
 * Decides whether an exception rolls back. Of all classes named, the one closest to the exception
 * in its chain of superclasses decides; at the same distance the rollback wins. Without one,
 * unchecked exceptions and errors roll back.
 *
 * @param rollbackFor these and their subclasses roll back
 * @param noRollbackFor these and their subclasses commit
 */
record RollbackRules(
    List<Class<? extends Throwable>> rollbackFor, List<Class<? extends Throwable>> noRollbackFor) {

  RollbackRules {
    rollbackFor = List.copyOf(rollbackFor);
    noRollbackFor = List.copyOf(noRollbackFor);
  }

  boolean rollsBack(Throwable failure) {
    int rollback = distance(failure, rollbackFor);
    int commit = distance(failure, noRollbackFor);
    if (rollback == Integer.MAX_VALUE && commit == Integer.MAX_VALUE) {
      return failure instanceof RuntimeException || failure instanceof Error;
    }
    return rollback <= commit;
  }

  private static int distance(Throwable failure, List<Class<? extends Throwable>> named) {
    int distance = 0;
    for (Class<?> type = failure.getClass(); type != null; type = type.getSuperclass()) {
      if (named.contains(type)) {
        return distance;
      }
      distance++;
    }
    return Integer.MAX_VALUE;
  }
}
