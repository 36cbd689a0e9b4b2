package io.attx.datasource.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.sql.SQLException;
import java.util.Arrays;

/** Buffers streams that the application sets inside a branch, because they are read twice. */
final class Streams {
  /** The most bytes or characters of one parameter. */
  static final int MAX_LENGTH = 64 * 1024 * 1024;

  private Streams() {}

  /**
   * Reads a stream.
   *
   * @param length at most so many bytes; -1 to the end
   */
  static byte[] bytes(InputStream in, long length) throws SQLException {
    requireAllowed(length);
    try {
      byte[] bytes = in.readNBytes(length < 0 ? MAX_LENGTH + 1 : (int) length);
      requireAllowed(bytes.length);
      return bytes;
    } catch (IOException failure) {
      throw new SQLException("the stream of a parameter could not be read", "HY000", failure);
    }
  }

  /**
   * Reads a reader.
   *
   * @param length at most so many characters; -1 to the end
   */
  static String text(Reader in, long length) throws SQLException {
    requireAllowed(length);
    int limit = length < 0 ? MAX_LENGTH + 1 : (int) length;
    char[] chars = new char[Math.min(limit, 8192)];
    int size = 0;
    try {
      while (size < limit) {
        if (size == chars.length) {
          chars = Arrays.copyOf(chars, (int) Math.min(limit, chars.length * 2L));
        }
        int count = in.read(chars, size, chars.length - size);
        if (count < 0) {
          break;
        }
        size += count;
      }
    } catch (IOException failure) {
      throw new SQLException("the reader of a parameter could not be read", "HY000", failure);
    }
    requireAllowed(size);
    return new String(chars, 0, size);
  }

  private static void requireAllowed(long length) throws SQLException {
    if (length > MAX_LENGTH) {
      throw new SQLException(
          "a stream inside a global transaction is buffered and may have at most "
              + MAX_LENGTH
              + " bytes or characters. What to do: store large values outside of the global"
              + " transaction.",
          "54000");
    }
  }
}
