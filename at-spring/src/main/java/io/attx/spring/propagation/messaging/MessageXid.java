package io.attx.spring.propagation.messaging;

import io.attx.spring.propagation.XidHeader;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.util.ClassUtils;

/** Finds the xid among the arguments of a listener's method. */
final class MessageXid {

  private static final ClassLoader LOADER = MessageXid.class.getClassLoader();
  private static final boolean KAFKA =
      ClassUtils.isPresent("org.apache.kafka.clients.consumer.ConsumerRecord", LOADER);
  private static final boolean AMQP =
      ClassUtils.isPresent("org.springframework.amqp.core.Message", LOADER);

  private MessageXid() {}

  /** Whether a parameter of the method shows the header. */
  static boolean isShownTo(Method method) {
    for (Parameter parameter : method.getParameters()) {
      Class<?> type = parameter.getType();
      if (isHeader(parameter)
          || Message.class.isAssignableFrom(type)
          || MessageHeaders.class.isAssignableFrom(type)
          || (KAFKA && Kafka.isRecord(type))
          || (AMQP && Amqp.isMessage(type))) {
        return true;
      }
    }
    return false;
  }

  /** The values of the header; the first parameter that shows it counts. */
  static List<String> values(Method method, @Nullable Object[] arguments) {
    Parameter[] parameters = method.getParameters();
    for (int i = 0; i < parameters.length; i++) {
      Object argument = arguments[i];
      if (isHeader(parameters[i])) {
        return text(argument);
      } else if (argument instanceof Message<?> message) {
        return text(message.getHeaders().get(XidHeader.NAME));
      } else if (argument instanceof MessageHeaders headers) {
        return text(headers.get(XidHeader.NAME));
      } else if (KAFKA && argument != null && Kafka.isRecord(argument.getClass())) {
        return Kafka.values(argument);
      } else if (AMQP && argument != null && Amqp.isMessage(argument.getClass())) {
        return text(Amqp.value(argument));
      }
    }
    return List.of();
  }

  private static boolean isHeader(Parameter parameter) {
    Header header = AnnotatedElementUtils.findMergedAnnotation(parameter, Header.class);
    return header != null && header.name().equals(XidHeader.NAME);
  }

  /** Mappers hand headers over as text or as bytes. */
  private static List<String> text(@Nullable Object value) {
    if (value == null) {
      return List.of();
    }
    return List.of(
        value instanceof byte[] bytes
            ? new String(bytes, StandardCharsets.US_ASCII)
            : value.toString());
  }

  /** Apart, since Kafka need not be there. */
  private static final class Kafka {
    static boolean isRecord(Class<?> type) {
      return ConsumerRecord.class.isAssignableFrom(type);
    }

    static List<String> values(Object argument) {
      List<String> values = new ArrayList<>(1);
      ((ConsumerRecord<?, ?>) argument)
          .headers()
          .headers(XidHeader.NAME)
          .forEach(header -> values.addAll(text(header.value())));
      return values;
    }
  }

  /** Apart, since Spring AMQP need not be there. */
  private static final class Amqp {
    static boolean isMessage(Class<?> type) {
      return org.springframework.amqp.core.Message.class.isAssignableFrom(type);
    }

    static @Nullable Object value(Object argument) {
      return ((org.springframework.amqp.core.Message) argument)
          .getMessageProperties()
          .getHeader(XidHeader.NAME);
    }
  }
}
