package io.attx.protocol.codec;

import io.attx.protocol.Message;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** The number and the layout of one kind of message. */
record MessageType<M extends Message>(
    int number, Class<M> type, BiConsumer<WireWriter, M> writer, Function<WireReader, M> reader) {

  void write(WireWriter out, Message message) {
    writer.accept(out, type.cast(message));
  }
}
