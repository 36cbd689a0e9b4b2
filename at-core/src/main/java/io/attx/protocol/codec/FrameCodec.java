package io.attx.protocol.codec;

import io.attx.protocol.Limits;
import io.attx.protocol.Message;
import io.attx.protocol.Push;
import io.attx.protocol.Request;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Frames to bytes and back. */
public final class FrameCodec {
  /** The first two bytes after the length. */
  public static final int MAGIC = 0xA77C;

  /** The version of the frame layout. */
  public static final int VERSION = 1;

  /** The bytes before the message: length, magic, version, kind, request id. */
  public static final int HEADER_BYTES = 16;

  private static final int LENGTH_BYTES = 4;
  private static final int MIN_LENGTH = HEADER_BYTES - LENGTH_BYTES + 1;
  private static final int REQUEST = 1;
  private static final int RESPONSE = 2;
  private static final int PUSH = 3;

  private FrameCodec() {}

  /**
   * Appends one frame.
   *
   * @throws ProtocolException when the message breaks a limit; nothing is appended then
   */
  public static void write(ByteBuf out, long requestId, Message message) {
    int start = out.writerIndex();
    boolean written = false;
    try {
      out.writeInt(0);
      out.writeShort(MAGIC);
      out.writeByte(VERSION);
      out.writeByte(kindOf(message));
      out.writeLong(requestId);
      MessageCodec.write(out, message);
      int size = out.writerIndex() - start;
      if (size > Limits.MAX_FRAME_BYTES) {
        throw new ProtocolException(
            ProtocolException.Kind.FRAME_TOO_LARGE,
            requestId,
            message.getClass().getSimpleName()
                + " takes "
                + size
                + " bytes, more than the limit of "
                + Limits.MAX_FRAME_BYTES
                + "; split the work into smaller transactions",
            null);
      }
      out.setInt(start, size - LENGTH_BYTES);
      written = true;
    } finally {
      if (!written) {
        out.writerIndex(start);
      }
    }
  }

  /**
   * Reads one frame, or returns null where more bytes are needed. Magic and version are judged as
   * soon as they are there, before the length is believed.
   *
   * @param maxFrameBytes the largest frame that is allowed now, header included
   * @throws ProtocolException when the bytes are not a frame of ours
   */
  public static @Nullable Frame read(ByteBuf in, int maxFrameBytes) {
    int start = in.readerIndex();
    int available = in.readableBytes();
    if (available >= LENGTH_BYTES + 2 && in.getUnsignedShort(start + LENGTH_BYTES) != MAGIC) {
      throw new ProtocolException(
          ProtocolException.Kind.NOT_OUR_PROTOCOL, 0, strangerAt(in, start), null);
    }
    if (available < HEADER_BYTES) {
      return null;
    }
    long requestId = in.getLong(start + 8);
    checkHeader(in, start, requestId, maxFrameBytes);
    int length = in.getInt(start);
    if (available < LENGTH_BYTES + length) {
      return null;
    }
    int kind = in.getUnsignedByte(start + 7);
    in.skipBytes(HEADER_BYTES);
    try {
      Message message = MessageCodec.read(in.readSlice(LENGTH_BYTES + length - HEADER_BYTES));
      if (kind != kindOf(message)) {
        throw ProtocolException.malformed(
            message.getClass().getSimpleName() + " in a frame of kind " + kind);
      }
      return new Frame(requestId, message);
    } catch (ProtocolException wrong) {
      throw new ProtocolException(wrong.kind(), requestId, messageOf(wrong), wrong);
    }
  }

  private static void checkHeader(ByteBuf in, int start, long requestId, int maxFrameBytes) {
    int version = in.getUnsignedByte(start + LENGTH_BYTES + 2);
    if (version != VERSION) {
      throw new ProtocolException(
          ProtocolException.Kind.FRAME_VERSION,
          requestId,
          "frame layout version " + version + " is not spoken here, only " + VERSION,
          null);
    }
    int length = in.getInt(start);
    if (length < 0 || length > maxFrameBytes - LENGTH_BYTES) {
      throw new ProtocolException(
          ProtocolException.Kind.FRAME_TOO_LARGE,
          requestId,
          "a frame of "
              + (Integer.toUnsignedLong(length) + LENGTH_BYTES)
              + " bytes is larger than the limit of "
              + maxFrameBytes,
          null);
    }
    if (length < MIN_LENGTH) {
      throw new ProtocolException(
          ProtocolException.Kind.MALFORMED,
          requestId,
          "a frame of " + (length + LENGTH_BYTES) + " bytes is smaller than its header",
          null);
    }
  }

  private static int kindOf(Message message) {
    return message instanceof Request ? REQUEST : message instanceof Push ? PUSH : RESPONSE;
  }

  private static String messageOf(ProtocolException wrong) {
    String message = wrong.getMessage();
    return message == null ? "malformed message" : message;
  }

  private static String strangerAt(ByteBuf in, int start) {
    int shown = Math.min(in.readableBytes(), 16);
    StringBuilder text = new StringBuilder("not the attx protocol; the bytes begin with \"");
    for (int i = 0; i < shown; i++) {
      int value = in.getUnsignedByte(start + i);
      if (value >= 0x20 && value < 0x7F && value != '"' && value != '\\') {
        text.append((char) value);
      } else {
        text.append(String.format("\\x%02x", value));
      }
    }
    text.append('"');
    if (in.getUnsignedByte(start) == 0x16 && in.getUnsignedByte(start + 1) == 0x03) {
      text.append(" (this looks like TLS)");
    }
    return text.toString();
  }
}
