package io.attx.undolog.codec;

/** The low bits of the number in front of every value; the high bits are its length in bytes. */
final class ValueTag {
  static final int BITS = 3;
  static final int MASK = (1 << BITS) - 1;

  static final int NULL = 0;

  /** UTF-8. */
  static final int TEXT = 1;

  static final int BYTES = 2;

  /** The value of the same column in the before image with the same position. */
  static final int SAME_AS_BEFORE = 3;

  /** UTF-16, big-endian: for text that UTF-8 cannot hold (half a surrogate pair). */
  static final int TEXT_UTF16 = 4;

  private ValueTag() {}
}
