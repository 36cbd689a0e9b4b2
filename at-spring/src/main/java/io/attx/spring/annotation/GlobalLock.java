package io.attx.spring.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Lets the local transactions of the method, which is called outside of any global transaction,
 * respect the row locks of global ones: their local commit waits for rows that a global transaction
 * holds, and fails where they do not get free in time. It takes no lock itself, and changes nothing
 * inside of a global transaction. On a method or a class, beside {@code @Transactional} in either
 * order; the property {@code attx.local-writes=check} does it everywhere.
 *
 * <p>As with {@link GlobalTransactional}, the method must be called through a Spring proxy and
 * return when its work is done.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Documented
public @interface GlobalLock {}
