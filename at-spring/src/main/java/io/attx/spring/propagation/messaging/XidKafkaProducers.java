package io.attx.spring.propagation.messaging;

import io.attx.client.GlobalTransactionContext;
import io.attx.client.Participation;
import io.attx.spring.propagation.XidHeader;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.springframework.kafka.core.ProducerPostProcessor;

/**
 * Adds the xid of the sending thread's global transaction to the records of a producer of Spring
 * for Apache Kafka. Outside of a transaction nothing is added. Thread-safe.
 *
 * @param <K> the keys
 * @param <V> the values
 */
public final class XidKafkaProducers<K, V> implements ProducerPostProcessor<K, V> {

  /** A post-processor. */
  public XidKafkaProducers() {}

  @Override
  @SuppressWarnings("unchecked")
  public Producer<K, V> apply(Producer<K, V> producer) {
    return (Producer<K, V>)
        Proxy.newProxyInstance(
            Producer.class.getClassLoader(), new Class<?>[] {Producer.class}, new Naming(producer));
  }

  /** A proxy, because the interface grows from version to version of Kafka. */
  private record Naming(Producer<?, ?> producer) implements InvocationHandler {

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
        throws Throwable {
      if (arguments != null
          && arguments.length > 0
          && arguments[0] instanceof ProducerRecord<?, ?> record) {
        name(record);
      }
      try {
        return method.invoke(producer, arguments);
      } catch (InvocationTargetException failure) {
        throw failure.getTargetException();
      }
    }

    private static void name(ProducerRecord<?, ?> record) {
      Participation participation = GlobalTransactionContext.current();
      if (participation != null) {
        record
            .headers()
            .remove(XidHeader.NAME)
            .add(
                XidHeader.NAME,
                participation.export().toString().getBytes(StandardCharsets.US_ASCII));
      }
    }
  }
}
