package io.attx.spring.propagation.messaging;

import io.attx.client.GlobalTransactionContext;
import io.attx.client.Participation;
import io.attx.spring.propagation.XidHeader;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessagePostProcessor;

/**
 * Adds the xid of the sending thread's global transaction to messages of Spring AMQP. Outside of a
 * transaction nothing is added. Thread-safe.
 */
public final class XidAmqpMessages implements MessagePostProcessor {

  /** A post-processor. */
  public XidAmqpMessages() {}

  @Override
  public Message postProcessMessage(Message message) {
    Participation participation = GlobalTransactionContext.current();
    if (participation != null) {
      message.getMessageProperties().setHeader(XidHeader.NAME, participation.export().toString());
    }
    return message;
  }
}
