package io.attx.coordinator.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one log segment of Ratis: {@code RaftLog1}, then frames, then zeros up to the
 * preallocated size. A frame is the length of the entry as a var-int, the entry as protocol buffer,
 * and the CRC32C of both as four bytes, big-endian.
 */
final class SegmentFile {
  /** The largest entry that the log accepts, as it is in the segment. */
  static final int MAX_ENTRY_BYTES = 32 * 1024 * 1024;

  static final int HEADER_BYTES = 8;
  private static final byte[] HEADER = "RaftLog1".getBytes(StandardCharsets.US_ASCII);
  private static final int CRC_BYTES = Integer.BYTES;
  private static final int MAX_VARINT_BYTES = 5;

  /** A disk writes a sector whole or not at all; the smallest one that is in use. */
  private static final int SECTOR = 512;

  private final Path path;
  private final byte[] data;

  private SegmentFile(Path path, byte[] data) {
    this.path = path;
    this.data = data;
  }

  static SegmentFile read(Path path) throws IOException {
    long size = Files.size(path);
    if (size > Integer.MAX_VALUE - 64) {
      throw new DataDirectoryException("The log segment " + path + " has " + size + " bytes");
    }
    return new SegmentFile(path, Files.readAllBytes(path));
  }

  /** One whole frame with a right checksum. */
  record Frame(int start, int end, LogEntryProto entry) {
    /** What was durable when this was proposed, or -1 when it is not an entry of ours. */
    long durableIndex() {
      if (!entry.hasStateMachineLogEntry()) {
        return -1;
      }
      ByteBuffer bytes = entry.getStateMachineLogEntry().getLogData().asReadOnlyByteBuffer();
      return EntryEnvelope.durableIndex(entry.getIndex(), bytes);
    }
  }

  Path path() {
    return path;
  }

  int length() {
    return data.length;
  }

  /** Whether the header is whole. */
  boolean hasHeader() {
    if (data.length < HEADER_BYTES) {
      return false;
    }
    for (int i = 0; i < HEADER_BYTES; i++) {
      if (data[i] != HEADER[i]) {
        return false;
      }
    }
    return true;
  }

  /** Whether there is nothing but zeros from an offset on. */
  boolean isBlank(int from) {
    return allZero(from, data.length);
  }

  private boolean allZero(int from, int to) {
    for (int i = from; i < to; i++) {
      if (data[i] != 0) {
        return false;
      }
    }
    return true;
  }

  /** The frame at an offset, or null when there is no whole and right one. */
  @Nullable Frame frameAt(int start) {
    int length = entryLength(start);
    if (length <= 0 || length > MAX_ENTRY_BYTES) {
      return null;
    }
    int body = start + varintSize(length);
    long end = (long) body + length + CRC_BYTES;
    if (end > data.length || crc(start, body + length) != intAt(body + length)) {
      return null;
    }
    try {
      LogEntryProto entry = LogEntryProto.parseFrom(ByteBuffer.wrap(data, body, length));
      return new Frame(start, (int) end, entry);
    } catch (IOException e) {
      return null;
    }
  }

  /** Finds the next whole frame of a later index behind damaged bytes. */
  @Nullable Frame nextFrame(int from, long afterIndex) {
    for (int at = from; at < data.length; at++) {
      int length = entryLength(at);
      // Every entry begins with its term (field 1), which is never 0: a cheap first test.
      if (length > 1
          && length <= MAX_ENTRY_BYTES
          && at + varintSize(length) < data.length
          && data[at + varintSize(length)] == 0x08) {
        Frame frame = frameAt(at);
        if (frame != null && frame.entry().getIndex() > afterIndex) {
          return frame;
        }
      }
    }
    return null;
  }

  /**
   * Whether the damaged frame at {@code start} looks like a write that was cut off by a crash: part
   * of it is missing, that is, beyond the end of the file or in a sector that is still all zeros. A
   * frame that is there in full but has a wrong checksum was damaged later.
   */
  boolean isTorn(int start) {
    if (completeUnderAnotherLength(start)) {
      return false;
    }
    int length = entryLength(start);
    if (data[start] == 0 || length <= 0 || length > MAX_ENTRY_BYTES) {
      int nextSector = start / SECTOR * SECTOR + SECTOR;
      boolean firstMissing = allZero(start, Math.min(nextSector, data.length));
      boolean lengthCut =
          nextSector - start < MAX_VARINT_BYTES
              && allZero(nextSector, Math.min(nextSector + SECTOR, data.length));
      boolean lengthAtEnd = length < 0 && data.length - start < MAX_VARINT_BYTES;
      return firstMissing || lengthCut || lengthAtEnd;
    }
    long end = (long) start + varintSize(length) + length + CRC_BYTES;
    if (end > data.length) {
      return true;
    }
    for (int at = start; at < end; at = at / SECTOR * SECTOR + SECTOR) {
      if (allZero(at, (int) Math.min(at / SECTOR * SECTOR + SECTOR, end))) {
        return true;
      }
    }
    return false;
  }

  /** Whether the last frame is whole and only its length is damaged. */
  private boolean completeUnderAnotherLength(int start) {
    int last = data.length;
    while (last > start && data[last - 1] == 0) {
      last--;
    }
    for (int end = last; end <= Math.min(last + CRC_BYTES, data.length); end++) {
      for (int size = 1; size <= MAX_VARINT_BYTES; size++) {
        int length = end - CRC_BYTES - start - size;
        if (length > 0 && varintSize(length) == size && matches(start, size, length)) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean matches(int start, int size, int length) {
    CRC32C crc = new CRC32C();
    int rest = length;
    for (int i = 0; i < size; i++) {
      crc.update(i < size - 1 ? (rest & 0x7f) | 0x80 : rest);
      rest >>>= 7;
    }
    crc.update(data, start + size, length);
    return (int) crc.getValue() == intAt(start + size + length);
  }

  /** The var-int at an offset; 0 when it is blank, negative when it is not one. */
  private int entryLength(int start) {
    int value = 0;
    for (int i = 0; i < MAX_VARINT_BYTES && start + i < data.length; i++) {
      byte next = data[start + i];
      value |= (next & 0x7f) << (7 * i);
      if (next >= 0) {
        return varintSize(value) == i + 1 ? value : -1;
      }
    }
    return -1;
  }

  private static int varintSize(int value) {
    int size = 1;
    for (int rest = value >>> 7; rest != 0; rest >>>= 7) {
      size++;
    }
    return size;
  }

  private int crc(int from, int to) {
    CRC32C crc = new CRC32C();
    crc.update(data, from, to - from);
    return (int) crc.getValue();
  }

  private int intAt(int at) {
    return ByteBuffer.wrap(data, at, CRC_BYTES).getInt();
  }
}
