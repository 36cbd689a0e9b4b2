package io.attx.undolog.codec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Cuts a payload into rows of the undo table and joins it again. */
public final class Chunks {
  private Chunks() {}

  /**
   * Cuts a payload. A payload that fits into one chunk is returned as it is, not copied.
   *
   * @param chunkBytes the most bytes of one chunk, positive
   * @return at least one chunk; only the last may be shorter than {@code chunkBytes}
   */
  public static List<byte[]> split(byte[] payload, int chunkBytes) {
    if (chunkBytes <= 0) {
      throw new IllegalArgumentException("chunkBytes must be positive: " + chunkBytes);
    }
    if (payload.length <= chunkBytes) {
      return List.of(payload);
    }
    List<byte[]> chunks = new ArrayList<>(payload.length / chunkBytes + 1);
    for (int from = 0; from < payload.length; ) {
      int to = (int) Math.min(payload.length, from + (long) chunkBytes);
      chunks.add(Arrays.copyOfRange(payload, from, to));
      from = to;
    }
    return chunks;
  }

  /**
   * Joins what {@link #split} cut.
   *
   * @param chunks in order
   * @param expected how many there must be
   * @throws UndoFormatException when chunks are missing or are too many, or their sum does not fit
   *     into an array
   */
  public static byte[] join(List<byte[]> chunks, int expected) throws UndoFormatException {
    if (chunks.size() != expected || expected < 1) {
      throw new UndoFormatException(
          "undo record has " + chunks.size() + " chunks, but chunk 0 says " + expected);
    }
    if (expected == 1) {
      return chunks.get(0);
    }
    long length = chunks.stream().mapToLong(chunk -> chunk.length).sum();
    if (length > Integer.MAX_VALUE - 64) {
      throw new UndoFormatException("undo record of " + length + " bytes is too long to be read");
    }
    byte[] payload = new byte[(int) length];
    int at = 0;
    for (byte[] chunk : chunks) {
      System.arraycopy(chunk, 0, payload, at, chunk.length);
      at += chunk.length;
    }
    return payload;
  }
}
