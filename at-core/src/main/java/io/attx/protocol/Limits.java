package io.attx.protocol;

/**
 * Bounds on everything that comes from the network; both sides enforce them before they allocate.
 */
public final class Limits {
  /** The largest frame, in bytes, header included. */
  public static final int MAX_FRAME_BYTES = 16 * 1024 * 1024;

  /** The largest frame before the hello was accepted, in bytes. */
  public static final int MAX_HELLO_FRAME_BYTES = 8 * 1024;

  /** The longest string in a message, in bytes of UTF-8. */
  public static final int MAX_STRING_BYTES = 16 * 1024;

  /** The most elements of a list in a message. */
  public static final int MAX_LIST_SIZE = 200_000;

  private Limits() {}
}
