package io.attx.undolog.codec;

import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.KryoBufferOverflowException;
import com.esotericsoftware.kryo.io.Output;
import io.attx.undolog.UndoLog;
import java.util.Arrays;
import java.util.zip.CRC32C;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * Undo records as bytes and back. Thread-safe.
 *
 * <p>Of Kryo only the byte layer is used, without a class registry: what is read is decided by this
 * code alone, so no class name and no class id can come from the bytes. Layout:
 *
 * <pre>
 * byte    format version, {@value #FORMAT}
 * byte    flags: 1 = the body is deflated
 * 4 bytes CRC-32C of everything behind it, big-endian
 * varint  length of the body before it was deflated (only when it is)
 * body    see {@link BodyWriter}
 * </pre>
 */
public final class UndoCodec {
  /** The format that {@link #encode} writes. */
  public static final int FORMAT = 1;

  static final int HEADER_BYTES = 6;

  private static final int DEFLATED = 1;
  private static final int CHECKSUM_AT = 2;

  /** Deflate cannot shrink better than this, so a larger claim is a lie. */
  private static final int MAX_DEFLATE_RATIO = 1032;

  private static final int FIRST_BUFFER_BYTES = 256;

  private final int maxBytes;
  private final int compressAboveBytes;

  /**
   * With limits.
   *
   * @param maxBytes the most bytes of one record before compression, in both directions
   * @param compressAboveBytes longer records are deflated when that makes them shorter
   */
  public UndoCodec(long maxBytes, int compressAboveBytes) {
    if (maxBytes < FIRST_BUFFER_BYTES || compressAboveBytes < 0) {
      throw new IllegalArgumentException(
          "undo codec: maxBytes "
              + maxBytes
              + " must be at least "
              + FIRST_BUFFER_BYTES
              + " and compressAboveBytes "
              + compressAboveBytes
              + " not negative");
    }
    this.maxBytes = (int) Math.min(maxBytes, Integer.MAX_VALUE - 64);
    this.compressAboveBytes = compressAboveBytes;
  }

  /**
   * Writes a record.
   *
   * @throws UndoTooLargeException when it is longer than the limit
   */
  public byte[] encode(UndoLog log) throws UndoTooLargeException {
    Output output = new Output(FIRST_BUFFER_BYTES, maxBytes);
    try {
      output.setPosition(HEADER_BYTES);
      new BodyWriter(output).write(log);
    } catch (KryoBufferOverflowException tooLarge) {
      UndoTooLargeException failure = new UndoTooLargeException(maxBytes);
      failure.initCause(tooLarge);
      throw failure;
    }
    byte[] plain = output.toBytes();
    byte[] payload = plain;
    if (plain.length > compressAboveBytes) {
      byte[] deflated = deflate(plain);
      payload = deflated.length < plain.length ? deflated : plain;
    }
    payload[0] = FORMAT;
    payload[1] = payload == plain ? 0 : (byte) DEFLATED;
    writeChecksum(payload);
    return payload;
  }

  /**
   * Reads a record.
   *
   * @throws UndoFormatException when the bytes are not exactly what {@link #encode} of this or an
   *     older version wrote
   */
  public UndoLog decode(byte[] payload) throws UndoFormatException {
    if (payload.length < HEADER_BYTES) {
      throw new UndoFormatException(
          "undo record of " + payload.length + " bytes is shorter than its header");
    }
    if (payload[0] != FORMAT) {
      throw new UndoFormatException(
          "undo record has format version "
              + (payload[0] & 0xff)
              + "; this version of attx reads version "
              + FORMAT
              + ". Was it written by a newer version?");
    }
    if (payload[1] != 0 && payload[1] != DEFLATED) {
      throw new UndoFormatException("undo record has unknown flags " + (payload[1] & 0xff));
    }
    if (readInt(payload, CHECKSUM_AT) != checksum(payload)) {
      throw new UndoFormatException(
          "undo record of " + payload.length + " bytes is damaged: its checksum does not match");
    }
    return decodeBody(payload);
  }

  private UndoLog decodeBody(byte[] payload) throws UndoFormatException {
    try {
      Input input = new Input(payload);
      input.setPosition(HEADER_BYTES);
      if (payload[1] == DEFLATED) {
        input = new Input(inflate(payload, input));
      }
      return new BodyReader(input).read();
    } catch (KryoException | IllegalArgumentException cut) {
      throw new UndoFormatException("undo record ends in the middle of a value", cut);
    }
  }

  private byte[] deflate(byte[] plain) {
    Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
    try {
      Output output = new Output(Math.max(FIRST_BUFFER_BYTES, plain.length / 4), -1);
      output.setPosition(HEADER_BYTES);
      output.writeVarInt(plain.length - HEADER_BYTES, true);
      deflater.setInput(plain, HEADER_BYTES, plain.length - HEADER_BYTES);
      deflater.finish();
      byte[] buffer = new byte[8192];
      while (!deflater.finished() && output.position() < plain.length) {
        output.write(buffer, 0, deflater.deflate(buffer));
      }
      return deflater.finished() ? output.toBytes() : plain;
    } finally {
      deflater.end();
    }
  }

  private byte[] inflate(byte[] payload, Input input) throws UndoFormatException {
    long length = input.readVarInt(true) & 0xffffffffL;
    int from = input.position();
    long deflatedLength = payload.length - (long) from;
    if (length > maxBytes || length > deflatedLength * MAX_DEFLATE_RATIO) {
      throw new UndoFormatException(
          "undo record of " + deflatedLength + " deflated bytes claims to hold " + length);
    }
    byte[] body = new byte[(int) length];
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(payload, from, (int) deflatedLength);
      int filled = inflateAll(inflater, body);
      boolean ended = inflater.finished() || inflater.inflate(new byte[1]) == 0;
      if (filled != length || !ended || !inflater.finished() || inflater.getRemaining() != 0) {
        throw new UndoFormatException(
            "undo record claims to hold " + length + " bytes, but inflates to another length");
      }
      return body;
    } catch (DataFormatException damaged) {
      throw new UndoFormatException("undo record cannot be inflated", damaged);
    } finally {
      inflater.end();
    }
  }

  private static int inflateAll(Inflater inflater, byte[] body) throws DataFormatException {
    int filled = 0;
    while (filled < body.length) {
      int count = inflater.inflate(body, filled, body.length - filled);
      if (count == 0) {
        return filled;
      }
      filled += count;
    }
    return filled;
  }

  static void writeChecksum(byte[] payload) {
    int sum = checksum(payload);
    for (int i = 0; i < 4; i++) {
      payload[CHECKSUM_AT + i] = (byte) (sum >>> (24 - 8 * i));
    }
  }

  private static int checksum(byte[] payload) {
    CRC32C sum = new CRC32C();
    sum.update(payload, HEADER_BYTES, payload.length - HEADER_BYTES);
    return (int) sum.getValue();
  }

  private static int readInt(byte[] bytes, int at) {
    int value = 0;
    for (byte b : Arrays.copyOfRange(bytes, at, at + 4)) {
      value = value << 8 | (b & 0xff);
    }
    return value;
  }
}
