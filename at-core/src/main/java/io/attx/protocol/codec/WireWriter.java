package io.attx.protocol.codec;

import io.attx.BranchId;
import io.attx.BranchRef;
import io.attx.ResourceId;
import io.attx.RowLockKey;
import io.attx.Xid;
import io.attx.protocol.Limits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Appends values to a buffer in the layout of this package. Refuses what the reader would refuse.
 * Not thread-safe.
 */
public final class WireWriter {
  private final ByteBuf out;
  private final int start;
  private final int maxBytes;

  /** Appends to {@code out}, at most {@code maxBytes} bytes (checked at each list element). */
  public WireWriter(ByteBuf out, int maxBytes) {
    this.out = out;
    this.start = out.writerIndex();
    this.maxBytes = maxBytes;
  }

  /** One byte. */
  public void u8(int value) {
    out.writeByte(value);
  }

  /** One byte, 0 or 1. */
  public void bool(boolean value) {
    out.writeByte(value ? 1 : 0);
  }

  /** Eight bytes, for values that are large or secret. */
  public void fixed64(long value) {
    out.writeLong(value);
  }

  /** One to ten bytes; small numbers that are not negative are short. */
  public void varLong(long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.writeByte((int) ((rest & 0x7F) | 0x80));
      rest >>>= 7;
    }
    out.writeByte((int) rest);
  }

  /** The position of an enum constant. */
  @SuppressWarnings("EnumOrdinal") // Golden bytes in the tests pin the order of every constant.
  public void constant(Enum<?> value) {
    out.writeByte(value.ordinal());
  }

  /** A string that must arrive whole. */
  public void string(String value) {
    utf8(value, Limits.MAX_STRING_BYTES, "string");
  }

  /** A value of a column, or a part of it; at most {@link Limits#MAX_VALUE_PART} characters. */
  public void value(String value) {
    utf8(value, Limits.MAX_VALUE_PART * 3, "value");
  }

  private void utf8(String value, int maxBytes, String what) {
    int bytes = ByteBufUtil.utf8Bytes(value);
    if (bytes > maxBytes) {
      throw ProtocolException.malformed(
          "a "
              + what
              + " of "
              + bytes
              + " bytes is longer than the limit of "
              + maxBytes
              + ": "
              + value.substring(0, 60)
              + "…");
    }
    varLong(bytes);
    ByteBufUtil.reserveAndWriteUtf8(out, value, bytes);
  }

  /** A text for people: cut at the limit rather than refused. */
  public void text(String value) {
    if (value.length() <= Limits.MAX_STRING_BYTES / 3
        || ByteBufUtil.utf8Bytes(value) <= Limits.MAX_STRING_BYTES) {
      string(value);
      return;
    }
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    int end = Limits.MAX_STRING_BYTES;
    while ((utf8[end] & 0xC0) == 0x80) {
      end--;
    }
    varLong(end);
    out.writeBytes(utf8, 0, end);
  }

  /** A list with its size. */
  public <T> void list(List<T> values, BiConsumer<WireWriter, T> element) {
    if (values.size() > Limits.MAX_LIST_SIZE) {
      throw ProtocolException.malformed(
          "a list of "
              + values.size()
              + " elements is longer than the limit of "
              + Limits.MAX_LIST_SIZE);
    }
    varLong(values.size());
    for (T value : values) {
      element.accept(this, value);
      checkSize();
    }
  }

  /** A transaction. */
  public void xid(Xid xid) {
    fixed64(xid.cluster());
    varLong(xid.session());
    varLong(xid.number());
  }

  /** A branch. */
  public void branchId(BranchId branch) {
    varLong(branch.session());
    varLong(branch.number());
  }

  /** A branch with its transaction. */
  public void branchRef(BranchRef ref) {
    xid(ref.xid());
    branchId(ref.branch());
  }

  /** A resource. */
  public void resource(ResourceId resource) {
    string(resource.value());
  }

  /** The bytes of a lock key as they are. */
  public void lockKey(RowLockKey key) {
    varLong(key.length());
    out.writeBytes(key.bytes());
  }

  private void checkSize() {
    if (out.writerIndex() - start > maxBytes) {
      throw new ProtocolException(
          ProtocolException.Kind.FRAME_TOO_LARGE,
          0,
          "the message is larger than the limit of " + maxBytes + " bytes; split the work",
          null);
    }
  }
}
