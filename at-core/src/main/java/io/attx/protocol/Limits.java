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

  /** The most dirty rows of one branch that are reported one by one. */
  public static final int MAX_CASES = 100;

  /** The most characters of all texts in the dirty rows of one branch. */
  public static final int MAX_CASES_CHARACTERS = 128 * 1024;

  /** The most columns of a dirty row that are shown. */
  public static final int MAX_CASE_COLUMNS = 100;

  /** The longest name of a table, column, type or policy that is shown, in characters. */
  public static final int MAX_NAME = 256;

  /** The longest key that is shown, in characters. */
  public static final int MAX_KEY_TEXT = 1_024;

  /** The longest text of dirty-row policies that travels with a transaction, in characters. */
  public static final int MAX_POLICY = 1_024;

  /** The most characters of a value that are fetched at once. */
  public static final int MAX_VALUE_PART = 64 * 1024;

  private Limits() {}

  /** The text, or its beginning and an ellipsis, so that it is not longer than the limit. */
  public static String cut(String text, int limit) {
    if (text.length() <= limit) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(limit - 2)) ? limit - 2 : limit - 1;
    return text.substring(0, end) + "…";
  }
}
