package io.attx.protocol.codec;

import io.attx.protocol.Limits;
import io.attx.protocol.Message;
import io.netty.buffer.ByteBuf;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Messages to bytes and back: one byte for the number of the message, then its body. */
public final class MessageCodec {
  private static final @Nullable MessageType<?>[] BY_NUMBER = new MessageType<?>[128];
  private static final Map<Class<?>, MessageType<?>> BY_CLASS;

  static {
    Map<Class<?>, MessageType<?>> byClass = new HashMap<>();
    for (List<MessageType<?>> group :
        List.of(RequestLayouts.ALL, ResponseLayouts.ALL, PushLayouts.ALL)) {
      for (MessageType<?> type : group) {
        if (BY_NUMBER[type.number()] != null || byClass.put(type.type(), type) != null) {
          throw new IllegalStateException("message number used twice: " + type.number());
        }
        BY_NUMBER[type.number()] = type;
      }
    }
    BY_CLASS = Map.copyOf(byClass);
  }

  private MessageCodec() {}

  /**
   * Appends a message.
   *
   * @throws ProtocolException when it breaks a limit; some bytes may have been appended
   */
  public static void write(ByteBuf out, Message message) {
    MessageType<?> type = BY_CLASS.get(message.getClass());
    if (type == null) {
      throw new IllegalArgumentException("no layout for " + message.getClass().getName());
    }
    out.writeByte(type.number());
    type.write(new WireWriter(out, Limits.MAX_FRAME_BYTES), message);
  }

  /**
   * Reads one message that takes all readable bytes.
   *
   * @throws ProtocolException when the bytes are not exactly one message
   */
  public static Message read(ByteBuf in) {
    WireReader reader = new WireReader(in);
    int number = reader.u8();
    MessageType<?> type = number < BY_NUMBER.length ? BY_NUMBER[number] : null;
    if (type == null) {
      throw ProtocolException.malformed(
          "unknown message number " + number + "; is the other side newer?");
    }
    String name = type.type().getSimpleName();
    Message message;
    try {
      message = type.reader().apply(reader);
    } catch (ProtocolException | IllegalArgumentException wrong) {
      throw new ProtocolException(
          ProtocolException.Kind.MALFORMED, 0, name + ": " + wrong.getMessage(), wrong);
    }
    if (reader.remaining() > 0) {
      throw ProtocolException.malformed(
          name + ": " + reader.remaining() + " bytes follow the end of the message");
    }
    return message;
  }
}
