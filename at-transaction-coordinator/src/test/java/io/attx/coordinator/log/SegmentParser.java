package io.attx.coordinator.log;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * A second reader of log segments, written from the description of the format alone, without any
 * code of the log or of Ratis. Stops at the first byte that is not a whole entry.
 */
final class SegmentParser {
  /** One entry: where it is, its index, and the bytes of ours in it (empty for Raft's own). */
  record Entry(int start, int end, long index, byte[] ours) {}

  private SegmentParser() {}

  static List<Path> segments(Path dataDirectory) throws IOException {
    try (Stream<Path> files = Files.walk(dataDirectory)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("log_"))
          .sorted(Comparator.comparingLong(SegmentParser::firstIndex))
          .toList();
    }
  }

  private static long firstIndex(Path segment) {
    String name = segment.getFileName().toString();
    String digits = name.startsWith("log_inprogress_") ? name.substring(15) : name.substring(4);
    return Long.parseLong(digits.split("-")[0]);
  }

  /** All entries of a data directory in order. */
  static List<Entry> all(Path dataDirectory) throws IOException {
    List<Entry> entries = new ArrayList<>();
    for (Path segment : segments(dataDirectory)) {
      entries.addAll(parse(segment));
    }
    return entries;
  }

  static List<Entry> parse(Path segment) {
    try {
      return parse(Files.readAllBytes(segment));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<Entry> parse(byte[] file) {
    List<Entry> entries = new ArrayList<>();
    if (file.length < 8 || !new String(file, 0, 8, StandardCharsets.US_ASCII).equals("RaftLog1")) {
      return entries;
    }
    int at = 8;
    while (at < file.length && file[at] != 0) {
      int[] cursor = {at};
      int length = (int) varint(file, cursor);
      int body = cursor[0];
      if (body + length + 4 > file.length) {
        break;
      }
      CRC32C crc = new CRC32C();
      crc.update(file, at, body + length - at);
      if ((int) crc.getValue() != ByteBuffer.wrap(file).getInt(body + length)) {
        break;
      }
      int end = body + length + 4;
      entries.add(entry(file, at, end, body, body + length));
      at = end;
    }
    return entries;
  }

  /** LogEntryProto: 1 term, 2 index, 3 state machine entry with 1 the data in it. */
  private static Entry entry(byte[] file, int start, int end, int from, int to) {
    long index = 0;
    ByteArrayOutputStream ours = new ByteArrayOutputStream();
    int[] cursor = {from};
    while (cursor[0] < to) {
      long tag = varint(file, cursor);
      if ((tag & 7) == 0) {
        long value = varint(file, cursor);
        if (tag >>> 3 == 2) {
          index = value;
        }
      } else if ((tag & 7) == 2) {
        int length = (int) varint(file, cursor);
        if (tag >>> 3 == 3) {
          ours.writeBytes(data(file, cursor[0], cursor[0] + length));
        }
        cursor[0] += length;
      } else {
        throw new IllegalStateException("unexpected wire type in tag " + tag);
      }
    }
    return new Entry(start, end, index, ours.toByteArray());
  }

  private static byte[] data(byte[] file, int from, int to) {
    int[] cursor = {from};
    while (cursor[0] < to) {
      long tag = varint(file, cursor);
      if ((tag & 7) == 0) {
        varint(file, cursor);
      } else {
        int length = (int) varint(file, cursor);
        if (tag >>> 3 == 1) {
          // One byte of version and eight of the durable index precede the entry.
          byte[] data = new byte[length - 9];
          System.arraycopy(file, cursor[0] + 9, data, 0, data.length);
          return data;
        }
        cursor[0] += length;
      }
    }
    return new byte[0];
  }

  private static long varint(byte[] file, int[] cursor) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = file[cursor[0]++];
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }
}
