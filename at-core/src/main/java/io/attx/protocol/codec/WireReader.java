package io.attx.protocol.codec;

import io.attx.BranchId;
import io.attx.BranchRef;
import io.attx.ResourceId;
import io.attx.RowLockKey;
import io.attx.Xid;
import io.attx.protocol.Limits;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Reads values in the layout of this package. Every size is checked against the limits and against
 * the bytes that are left before anything is allocated; what does not fit is a {@link
 * ProtocolException}. Not thread-safe.
 */
public final class WireReader {
  private final ByteBuf in;

  /** Reads the readable bytes of {@code in}. */
  public WireReader(ByteBuf in) {
    this.in = in;
  }

  /** The bytes that are left. */
  public int remaining() {
    return in.readableBytes();
  }

  /** One byte, 0 to 255. */
  public int u8() {
    need(1);
    return in.readUnsignedByte();
  }

  /** One byte, 0 or 1. */
  public boolean bool() {
    int value = u8();
    if (value > 1) {
      throw ProtocolException.malformed("a boolean is 0 or 1, not " + value);
    }
    return value == 1;
  }

  /** Eight bytes. */
  public long fixed64() {
    need(8);
    return in.readLong();
  }

  /** One to ten bytes. */
  public long varLong() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int next = u8();
      value |= (long) (next & 0x7F) << shift;
      if (next < 0x80) {
        if (shift == 63 && next > 1) {
          break;
        }
        return value;
      }
    }
    throw ProtocolException.malformed("a number is longer than 64 bits");
  }

  /** A number that fits an int and is not negative. */
  public int varInt() {
    long value = varLong();
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw ProtocolException.malformed("a number is out of range: " + value);
    }
    return (int) value;
  }

  /** A constant by its position in {@code values}. */
  public <E extends Enum<E>> E constant(E[] values) {
    int position = u8();
    if (position >= values.length) {
      throw ProtocolException.malformed(
          "unknown constant "
              + position
              + " of "
              + values[0].getDeclaringClass().getSimpleName()
              + "; is the other side newer?");
    }
    return values[position];
  }

  /** A string. */
  public String string() {
    return utf8(Limits.MAX_STRING_BYTES, "string");
  }

  /** A value of a column, or a part of it. */
  public String value() {
    return utf8(Limits.MAX_VALUE_PART * 3, "value");
  }

  private String utf8(int maxBytes, String what) {
    byte[] utf8 = bytes(maxBytes, what);
    String value = new String(utf8, StandardCharsets.UTF_8);
    // The replacement character is legal text, but it is also what malformed bytes turn into.
    if (value.indexOf('\uFFFD') >= 0) {
      checkUtf8(utf8);
    }
    return value;
  }

  private static void checkUtf8(byte[] utf8) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8));
    } catch (CharacterCodingException notUtf8) {
      throw new ProtocolException(
          ProtocolException.Kind.MALFORMED, 0, "a string is not valid UTF-8", notUtf8);
    }
  }

  /**
   * A list.
   *
   * @param minElementBytes the fewest bytes that an element can take, at least 1
   */
  public <T> List<T> list(int minElementBytes, Function<WireReader, T> element) {
    return list(minElementBytes, Limits.MAX_LIST_SIZE, element);
  }

  /**
   * A list with a bound of its own.
   *
   * @param minElementBytes the fewest bytes that an element can take, at least 1
   * @param maxSize the most elements
   */
  public <T> List<T> list(int minElementBytes, int maxSize, Function<WireReader, T> element) {
    int size = varInt();
    if (size > maxSize) {
      throw ProtocolException.malformed(
          "a list of " + size + " elements is longer than the limit of " + maxSize);
    }
    if ((long) size * minElementBytes > in.readableBytes()) {
      throw ProtocolException.malformed(
          "a list of " + size + " elements cannot fit in " + in.readableBytes() + " bytes");
    }
    List<T> values = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      values.add(element.apply(this));
    }
    return values;
  }

  /** A transaction. */
  public Xid xid() {
    return new Xid(fixed64(), varLong(), varLong());
  }

  /** A branch. */
  public BranchId branchId() {
    return new BranchId(varLong(), varLong());
  }

  /** A branch with its transaction. */
  public BranchRef branchRef() {
    return new BranchRef(xid(), branchId());
  }

  /** A resource. */
  public ResourceId resource() {
    return new ResourceId(string());
  }

  /** A lock key. */
  public RowLockKey lockKey() {
    return RowLockKey.ofBytes(bytes(RowLockKey.MAX_BYTES, "lock key"));
  }

  private byte[] bytes(int max, String what) {
    int length = varInt();
    if (length > max) {
      throw ProtocolException.malformed(
          "a " + what + " of " + length + " bytes is longer than the limit of " + max);
    }
    need(length);
    byte[] value = new byte[length];
    in.readBytes(value);
    return value;
  }

  private void need(int bytes) {
    if (in.readableBytes() < bytes) {
      throw ProtocolException.malformed(
          "the message ends early: "
              + bytes
              + " bytes are missing, "
              + in.readableBytes()
              + " are left");
    }
  }
}
