/**
 * Carries the xid in the headers of messages of Kafka and RabbitMQ, and joins it in listeners that
 * ask for it.
 */
@NullMarked
package io.attx.spring.propagation.messaging;

import org.jspecify.annotations.NullMarked;
