package io.attx.undolog;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * One value in the exact text or bytes that the dialect reads and binds without loss. Two values
 * are the same value exactly when they are equal here. Immutable.
 */
public sealed interface ColumnValue {
  /** SQL NULL. */
  ColumnValue NULL = new Null();

  /** SQL NULL. */
  record Null() implements ColumnValue {
    @Override
    public String toString() {
      return "NULL";
    }
  }

  /**
   * A value in its exact text form.
   *
   * @param value the text
   */
  record Text(String value) implements ColumnValue {
    @Override
    public String toString() {
      return "'" + value + "'";
    }
  }

  /** A value in its exact bytes. */
  final class Bytes implements ColumnValue {
    private final byte[] value;

    /**
     * Takes over the array.
     *
     * @param value not copied; the caller must not change it
     */
    public Bytes(byte[] value) {
      this.value = value;
    }

    /** The bytes; do not change them. */
    public byte[] value() {
      return value;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Bytes bytes && Arrays.equals(value, bytes.value);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(value);
    }

    @Override
    public String toString() {
      return "0x" + HexFormat.of().formatHex(value);
    }
  }
}
