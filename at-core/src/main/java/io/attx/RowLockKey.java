package io.attx;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The key of a global row lock inside one resource: the canonical bytes of a table (or unique
 * index) and of key values as the database compares them. Two keys are equal exactly when their
 * bytes are. The coordinator never looks inside. Immutable.
 *
 * <p>Layout: a sequence of parts, each one type byte, a 4-byte big-endian length and that many
 * bytes. The first part is the schema-qualified table name, the second the name of the unique index
 * (empty for the primary key), the rest are values.
 */
public final class RowLockKey implements Comparable<RowLockKey> {
  /**
   * The longest key, in bytes. A longer one is replaced by its table and a digest of its values.
   */
  public static final int MAX_BYTES = 1024;

  private static final byte NAME = 'n';
  private static final byte TEXT = 't';
  private static final byte BYTES = 'b';
  private static final byte DIGEST = 'd';

  private final byte[] bytes;
  private final int hash;

  private RowLockKey(byte[] bytes) {
    this.bytes = bytes;
    this.hash = Arrays.hashCode(bytes);
  }

  /**
   * Takes over canonical bytes that came from a builder, the wire or the log.
   *
   * @param bytes 1 to {@value #MAX_BYTES} bytes; not copied, so the caller must not change them
   */
  public static RowLockKey ofBytes(byte[] bytes) {
    if (bytes.length == 0 || bytes.length > MAX_BYTES) {
      throw new IllegalArgumentException("a row lock key has 1 to " + MAX_BYTES + " bytes");
    }
    return new RowLockKey(bytes);
  }

  /** Starts a key of the primary key of {@code table} (schema-qualified where that matters). */
  public static Builder primaryKey(String table) {
    return new Builder(table, "");
  }

  /** Starts a key of a unique index of {@code table}. */
  public static Builder uniqueIndex(String table, String index) {
    return new Builder(table, index);
  }

  /** The canonical bytes; do not change them. */
  public byte[] bytes() {
    return bytes;
  }

  /** The number of canonical bytes. */
  public int length() {
    return bytes.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RowLockKey key && Arrays.equals(bytes, key.bytes);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public int compareTo(RowLockKey other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  /** For people: {@code account[7, 'x']}; bytes that do not follow the layout are shown as hex. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    int part = 0;
    while (in.remaining() >= 5) {
      byte type = in.get();
      int length = in.getInt();
      if (length < 0 || length > in.remaining()) {
        return HexFormat.of().formatHex(bytes);
      }
      byte[] value = new byte[length];
      in.get(value);
      appendPart(text, part++, type, value);
    }
    if (in.hasRemaining() || part < 2) {
      return HexFormat.of().formatHex(bytes);
    }
    return text.append(']').toString();
  }

  private static void appendPart(StringBuilder text, int part, byte type, byte[] value) {
    if (part == 1) {
      text.append(value.length == 0 ? "" : "." + new String(value, StandardCharsets.UTF_8));
      text.append('[');
      return;
    }
    text.append(part > 2 ? ", " : "");
    text.append(
        switch (type) {
          case NAME, TEXT -> new String(value, StandardCharsets.UTF_8);
          case DIGEST -> "#" + HexFormat.of().formatHex(value);
          default -> "0x" + HexFormat.of().formatHex(value);
        });
  }

  /** Builds one key. Not thread-safe; used once. */
  public static final class Builder {
    private final ByteArrayOutputStream head = new ByteArrayOutputStream(64);
    private final ByteArrayOutputStream values = new ByteArrayOutputStream(32);

    private Builder(String table, String index) {
      append(head, NAME, table.getBytes(StandardCharsets.UTF_8));
      append(head, NAME, index.getBytes(StandardCharsets.UTF_8));
      if (head.size() > MAX_BYTES - 64) {
        throw new IllegalArgumentException("the table name is too long for a lock key: " + table);
      }
    }

    /** Adds a value whose equality is the equality of this text. */
    public Builder text(String value) {
      append(values, TEXT, value.getBytes(StandardCharsets.UTF_8));
      return this;
    }

    /** Adds a value whose equality is the equality of these bytes (collation weights, binary). */
    public Builder bytes(byte[] value) {
      append(values, BYTES, value);
      return this;
    }

    /** The key; values that would make it longer than {@link #MAX_BYTES} are digested (SHA-256). */
    public RowLockKey build() {
      byte[] tail = values.toByteArray();
      if (head.size() + tail.length > MAX_BYTES) {
        values.reset();
        append(values, DIGEST, sha256(tail));
        tail = values.toByteArray();
      }
      byte[] key = Arrays.copyOf(head.toByteArray(), head.size() + tail.length);
      System.arraycopy(tail, 0, key, head.size(), tail.length);
      return new RowLockKey(key);
    }

    private static void append(ByteArrayOutputStream out, byte type, byte[] value) {
      out.write(type);
      out.writeBytes(ByteBuffer.allocate(4).putInt(value.length).array());
      out.writeBytes(value);
    }

    private static byte[] sha256(byte[] input) {
      try {
        return java.security.MessageDigest.getInstance("SHA-256").digest(input);
      } catch (java.security.NoSuchAlgorithmException impossible) {
        throw new IllegalStateException("every Java platform has SHA-256", impossible);
      }
    }
  }
}
