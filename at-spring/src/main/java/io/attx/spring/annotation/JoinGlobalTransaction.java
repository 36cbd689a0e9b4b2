package io.attx.spring.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On a message listener's method: it joins the global transaction that the message names in its
 * header {@code attx-xid}, for as long as the method runs. A message without the header is worked
 * on outside of any transaction; one whose header is wrong fails before the method runs.
 *
 * <p>Only where the sender waits for the listener inside its transaction (request and reply) does
 * joining make sense: what arrives after the decision is refused. A listener without this
 * annotation never joins.
 *
 * <p>The method must have a parameter that shows the header: a {@code ConsumerRecord} of Kafka, a
 * {@code Message} of Spring messaging or of Spring AMQP, {@code MessageHeaders}, or a {@code
 * String} with {@code @Header("attx-xid")}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface JoinGlobalTransaction {}
