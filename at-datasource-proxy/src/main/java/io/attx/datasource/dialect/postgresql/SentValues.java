package io.attx.datasource.dialect.postgresql;

import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.Locale;

/**
 * Turns the binary form of arrays and ranges, which no session setting changes, into a text that
 * every session reads the same. Pure.
 */
final class SentValues {
  /** What the values inside are. */
  enum Leaf {
    /** Microseconds since 2000 in UTC. */
    TIMESTAMPTZ,
    /** Microseconds, days and months. */
    INTERVAL,
    /** Bytes. */
    BYTEA
  }

  private static final long SECONDS_TO_2000 = 946_684_800;
  private static final long MICROS = 1_000_000;
  private static final int MAX_DIMENSIONS = 6;

  private static final int EMPTY = 0x01;
  private static final int LOWER_INCLUSIVE = 0x02;
  private static final int UPPER_INCLUSIVE = 0x04;
  private static final int LOWER_INFINITE = 0x08;
  private static final int UPPER_INFINITE = 0x10;

  private SentValues() {}

  /** What {@code array_send} gave. */
  static String array(byte[] sent, Leaf leaf) throws SQLException {
    ByteBuffer in = ByteBuffer.wrap(sent);
    int dimensions = in.getInt();
    if (dimensions < 0 || dimensions > MAX_DIMENSIONS) {
      throw new SQLException("an array with " + dimensions + " dimensions", "22000");
    }
    in.getInt();
    in.getInt();
    int[] sizes = new int[dimensions];
    StringBuilder bounds = new StringBuilder();
    boolean plain = true;
    for (int i = 0; i < dimensions; i++) {
      sizes[i] = in.getInt();
      int lower = in.getInt();
      plain &= lower == 1;
      bounds.append('[').append(lower).append(':').append(lower + sizes[i] - 1).append(']');
    }
    StringBuilder text = plain ? new StringBuilder() : bounds.append('=');
    if (dimensions == 0) {
      return "{}";
    }
    level(in, sizes, 0, leaf, text);
    return text.toString();
  }

  private static void level(
      ByteBuffer in, int[] sizes, int dimension, Leaf leaf, StringBuilder text) {
    text.append('{');
    for (int i = 0; i < sizes[dimension]; i++) {
      text.append(i == 0 ? "" : ",");
      if (dimension + 1 < sizes.length) {
        level(in, sizes, dimension + 1, leaf, text);
      } else {
        int length = in.getInt();
        text.append(length < 0 ? "NULL" : '"' + value(in, length, leaf) + '"');
      }
    }
    text.append('}');
  }

  /** What {@code range_send} gave. */
  static String range(byte[] sent) {
    return range(ByteBuffer.wrap(sent));
  }

  private static String range(ByteBuffer in) {
    int flags = in.get();
    if ((flags & EMPTY) != 0) {
      return "empty";
    }
    StringBuilder text = new StringBuilder((flags & LOWER_INCLUSIVE) != 0 ? "[" : "(");
    if ((flags & LOWER_INFINITE) == 0) {
      text.append('"').append(value(in, in.getInt(), Leaf.TIMESTAMPTZ)).append('"');
    }
    text.append(',');
    if ((flags & UPPER_INFINITE) == 0) {
      text.append('"').append(value(in, in.getInt(), Leaf.TIMESTAMPTZ)).append('"');
    }
    return text.append((flags & UPPER_INCLUSIVE) != 0 ? "]" : ")").toString();
  }

  /** What {@code multirange_send} gave. */
  static String multirange(byte[] sent) {
    ByteBuffer in = ByteBuffer.wrap(sent);
    int count = in.getInt();
    StringBuilder text = new StringBuilder("{");
    for (int i = 0; i < count; i++) {
      in.getInt();
      text.append(i == 0 ? "" : ",").append(range(in));
    }
    return text.append('}').toString();
  }

  private static String value(ByteBuffer in, int length, Leaf leaf) {
    return switch (leaf) {
      case TIMESTAMPTZ -> timestamp(in.getLong());
      case INTERVAL -> interval(in.getLong(), in.getInt(), in.getInt());
      case BYTEA -> {
        byte[] bytes = new byte[length];
        in.get(bytes);
        yield "\\\\x" + HexFormat.of().formatHex(bytes);
      }
    };
  }

  private static String timestamp(long micros) {
    if (micros == Long.MAX_VALUE || micros == Long.MIN_VALUE) {
      return micros > 0 ? "infinity" : "-infinity";
    }
    long seconds = Math.floorDiv(micros, MICROS) + SECONDS_TO_2000;
    int fraction = (int) Math.floorMod(micros, MICROS);
    LocalDateTime utc = LocalDateTime.ofEpochSecond(seconds, 0, ZoneOffset.UTC);
    int year = utc.getYear();
    return String.format(
        Locale.ROOT,
        "%04d-%02d-%02d %02d:%02d:%02d.%06d+00%s",
        year > 0 ? year : 1 - year,
        utc.getMonthValue(),
        utc.getDayOfMonth(),
        utc.getHour(),
        utc.getMinute(),
        utc.getSecond(),
        fraction,
        year > 0 ? "" : " BC");
  }

  private static String interval(long micros, int days, int months) {
    if (months == Integer.MAX_VALUE && days == Integer.MAX_VALUE && micros == Long.MAX_VALUE) {
      return "infinity";
    }
    if (months == Integer.MIN_VALUE && days == Integer.MIN_VALUE && micros == Long.MIN_VALUE) {
      return "-infinity";
    }
    return String.format(Locale.ROOT, "%+d mons %+d days %+d microseconds", months, days, micros);
  }
}
