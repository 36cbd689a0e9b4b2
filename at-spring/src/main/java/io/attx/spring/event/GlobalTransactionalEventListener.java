package io.attx.spring.event;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.AliasFor;

/**
 * An {@link EventListener} that is called when the global transaction in which the event was
 * published reaches a phase, on the thread that ends it. {@code @TransactionalEventListener} of
 * Spring waits for the local transaction only, which may be undone afterwards.
 *
 * <p>A failure in {@link GlobalTransactionPhase#BEFORE_COMMIT} rolls the transaction back and
 * reaches the caller. In the later phases the thread has left the transaction, whose outcome no
 * listener changes: a failure is logged as an error with the xid.
 *
 * <p>Only the process that began the transaction learns how it ends. An event that is published in
 * one that was begun by the caller of this service is refused with an {@link
 * IllegalStateException}.
 */
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@EventListener
public @interface GlobalTransactionalEventListener {

  /** When to be called. */
  GlobalTransactionPhase phase() default GlobalTransactionPhase.AFTER_COMMIT;

  /** Whether an event outside of any global transaction is handled at once, or else dropped. */
  boolean fallbackExecution() default false;

  /** The types of the events, where the parameter does not say it. */
  @AliasFor(annotation = EventListener.class, attribute = "classes")
  Class<?>[] classes() default {};

  /** A SpEL expression that makes the listener conditional; evaluated when it is called. */
  @AliasFor(annotation = EventListener.class, attribute = "condition")
  String condition() default "";
}
