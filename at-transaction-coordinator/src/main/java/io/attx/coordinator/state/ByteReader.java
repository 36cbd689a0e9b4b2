package io.attx.coordinator.state;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads what {@link ByteWriter} wrote; anything else is a {@link CorruptLogException}. */
final class ByteReader {
  private final byte[] bytes;
  private int at;

  ByteReader(byte[] bytes) {
    this.bytes = bytes;
  }

  boolean hasMore() {
    return at < bytes.length;
  }

  int readByte() {
    need(1);
    return bytes[at++] & 0xff;
  }

  long readLong() {
    need(8);
    long value = 0;
    for (int i = 0; i < 8; i++) {
      value = value << 8 | (bytes[at++] & 0xff);
    }
    return value;
  }

  long readVarLong() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int next = readByte();
      value |= (long) (next & 0x7f) << shift;
      if (next < 0x80) {
        return value;
      }
    }
    throw new CorruptLogException("a number of more than ten bytes before offset " + at);
  }

  /** A count of things that take at least one byte each. */
  int readCount() {
    long count = readVarLong();
    if (count < 0 || count > bytes.length - at) {
      throw new CorruptLogException(
          "a count of " + count + " with " + (bytes.length - at) + " bytes left at offset " + at);
    }
    return (int) count;
  }

  byte[] readBytes() {
    int length = readCount();
    byte[] value = Arrays.copyOfRange(bytes, at, at + length);
    at += length;
    return value;
  }

  String readString() {
    int length = readCount();
    String value = new String(bytes, at, length, StandardCharsets.UTF_8);
    at += length;
    return value;
  }

  boolean readBoolean() {
    int value = readByte();
    if (value > 1) {
      throw new CorruptLogException("not a boolean: " + value + " before offset " + at);
    }
    return value == 1;
  }

  private void need(int count) {
    if (bytes.length - at < count) {
      throw new CorruptLogException("the bytes end at offset " + bytes.length);
    }
  }
}
