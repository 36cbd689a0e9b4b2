package io.attx.spring.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Runs the method in a global transaction: what it changes in the databases of this and of other
 * services is committed everywhere or undone everywhere. On a method, a class, an interface, or an
 * annotation of the application's own; the method speaks before its class, and a class before what
 * it implements.
 *
 * <p>A method called while the thread already takes part in a global transaction joins it (see
 * {@link #propagation()}); only the outermost method of the process that began it commits or rolls
 * back. When a joining annotated method fails by the rules below, the transaction can only be
 * rolled back from then on, even when its caller catches the exception; the outermost method then
 * ends with a {@link io.attx.GlobalTransactionException}. That holds in a called service too. A
 * called service <em>without</em> the annotation leaves the decision to its caller, which sees the
 * exception as a failed response: a caller that ignores a failed response commits.
 *
 * <p>A {@link RuntimeException} or {@link Error} rolls back, a checked exception commits, as with
 * Spring's own {@code @Transactional}; {@link #rollbackFor()} and {@link #noRollbackFor()} say
 * otherwise. The exception reaches the caller as it is; a failure of the rollback is added to it as
 * suppressed. A commit that could not be had, because the time was up for example, ends the method
 * with a {@link io.attx.GlobalTransactionException} that says why.
 *
 * <p>It works outside of {@code @Transactional}: on one method, the local transaction ends before
 * the global one is decided, whichever annotation comes first. (Where {@code
 * EnableTransactionManagement.order} puts local transactions outside, the commit is refused with
 * the reason, since nothing is committed locally yet.) It needs a Spring proxy, so a call from
 * within the same object is not seen, and a private, final or static method is refused at start. A
 * method that returns before its work is done (a future, a publisher) is refused, since its
 * transaction would end too early.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Documented
public @interface GlobalTransactional {

  /** A name for people, in the logs and at the coordinator. Empty: the class and the method. */
  String name() default "";

  /**
   * From the begin to the automatic rollback: {@code "30s"}, {@code "PT2M"}, or a number of
   * seconds. Empty: the property {@code attx.timeout}. Of no meaning where the method takes part.
   */
  String timeout() default "";

  /** What to do with the global transaction of the caller. */
  GlobalPropagation propagation() default GlobalPropagation.REQUIRED;

  /**
   * How long a statement or local commit of this process waits for rows that another global
   * transaction holds, written like {@link #timeout()}; {@code "0"} refuses at once. Empty: the
   * property {@code attx.lock-wait}. Of no meaning where the method takes part.
   */
  String lockTimeout() default "";

  /**
   * What is to be done with rows that somebody else changed meanwhile, should this transaction be
   * rolled back; for example {@code "delta(balance),merge,hold"}. Empty: what each data source
   * declares. Of no meaning where the method takes part.
   */
  String dirty() default "";

  /**
   * Exceptions that roll back although they are checked; the closest superclass named here or below
   * decides.
   */
  Class<? extends Throwable>[] rollbackFor() default {};

  /** As {@link #rollbackFor()}, by full or simple names of classes. */
  String[] rollbackForClassName() default {};

  /**
   * Exceptions that commit although they are unchecked; the closest superclass named here or above
   * decides.
   */
  Class<? extends Throwable>[] noRollbackFor() default {};

  /** As {@link #noRollbackFor()}, by full or simple names of classes. */
  String[] noRollbackForClassName() default {};
}
