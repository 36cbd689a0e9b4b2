package io.attx.spring.annotation;

/**
 * What a method does with the global transaction that its caller is in, if any. The names mean what
 * they mean in Spring's own transaction support.
 *
 * <p>A local transaction that has started belongs to the global transaction of its first statement
 * until it ends. So {@link #REQUIRES_NEW} inside of an open {@code @Transactional} method needs
 * {@code @Transactional(propagation = REQUIRES_NEW)} beside it: a statement that would run in the
 * caller's local transaction is refused. With {@link #NOT_SUPPORTED}, statements in the caller's
 * local transaction stay part of it, and are undone with it.
 */
public enum GlobalPropagation {
  /** Takes part in the caller's global transaction; begins one where there is none. */
  REQUIRED,
  /** Begins one of its own, whatever the caller is in; the caller's waits meanwhile. */
  REQUIRES_NEW,
  /** Takes part where there is one, and runs without where there is none. */
  SUPPORTS,
  /** Leaves the caller's for as long as the method runs. */
  NOT_SUPPORTED,
  /** Takes part in the caller's; fails where there is none. */
  MANDATORY,
  /** Fails where the caller is in one. */
  NEVER
}
