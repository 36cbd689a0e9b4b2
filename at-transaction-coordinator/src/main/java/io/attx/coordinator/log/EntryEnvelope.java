package io.attx.coordinator.log;

import java.nio.ByteBuffer;

/**
 * What surrounds each entry in the log: a format version and the highest index that was durable
 * when the entry was proposed. That mark tells the start-up check that a damaged entry had been
 * acknowledged, so that it is a loss and not a torn write.
 */
final class EntryEnvelope {
  /** Bytes in front of the entry. */
  static final int BYTES = 1 + Long.BYTES;

  private static final byte VERSION = 1;

  private EntryEnvelope() {}

  static byte[] wrap(long durableIndex, byte[] entry) {
    byte[] wrapped = new byte[BYTES + entry.length];
    ByteBuffer.wrap(wrapped).put(VERSION).putLong(durableIndex).put(entry);
    return wrapped;
  }

  static byte[] unwrap(long index, ByteBuffer wrapped) {
    check(index, wrapped);
    byte[] entry = new byte[wrapped.remaining() - BYTES];
    wrapped.get(wrapped.position() + BYTES, entry);
    return entry;
  }

  static long durableIndex(long index, ByteBuffer wrapped) {
    check(index, wrapped);
    return wrapped.getLong(wrapped.position() + 1);
  }

  private static void check(long index, ByteBuffer wrapped) {
    if (wrapped.remaining() < BYTES || wrapped.get(wrapped.position()) != VERSION) {
      throw new DataDirectoryException(
          "The log entry "
              + index
              + " has a format that this version does not know (it knows "
              + VERSION
              + "). Was it written by a newer version?");
    }
  }
}
