package io.attx;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a global transaction. Never used twice: {@code cluster} is the incarnation of the
 * coordinator's data, {@code session} a number that the coordinator gave to one client once, and
 * {@code number} a counter of that client. Immutable.
 *
 * @param cluster incarnation of the coordinator cluster, positive
 * @param session the session that began the transaction, positive
 * @param number the session's own counter, positive
 */
public record Xid(long cluster, long session, long number) implements Comparable<Xid> {
  /** The longest text that {@link #toString()} can produce, in characters. */
  public static final int MAX_TEXT_LENGTH = 56;

  /** The first number of those that name no global transaction; see {@link #isOutside()}. */
  public static final long FIRST_OUTSIDE = 1L << 62;

  private static final Pattern TEXT =
      Pattern.compile("([0-9a-f]{1,16})-([0-9]{1,19})-([0-9]{1,19})");

  /** Checks that all parts are positive. */
  public Xid {
    if (cluster <= 0 || session <= 0 || number <= 0) {
      throw new IllegalArgumentException(
          "xid parts must be positive: " + cluster + ", " + session + ", " + number);
    }
  }

  /**
   * Whether this names a local transaction outside of any global transaction, which asks for row
   * locks and holds none.
   */
  public boolean isOutside() {
    return number >= FIRST_OUTSIDE;
  }

  /**
   * Reads the text form that {@link #toString()} writes.
   *
   * @throws IllegalArgumentException when the text is not an xid; the message quotes at most its
   *     first 64 characters
   */
  public static Xid parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (text.length() <= MAX_TEXT_LENGTH && matcher.matches()) {
      try {
        return new Xid(
            Long.parseLong(matcher.group(1), 16),
            Long.parseLong(matcher.group(2)),
            Long.parseLong(matcher.group(3)));
      } catch (NumberFormatException outOfRange) {
        throw new IllegalArgumentException("not an xid: '" + text + "'", outOfRange);
      }
    }
    String shown = text.length() > 64 ? text.substring(0, 64) + "…" : text;
    throw new IllegalArgumentException(
        "not an xid: '" + shown + "' (expected <hex>-<number>-<number>)");
  }

  @Override
  public int compareTo(Xid other) {
    int byCluster = Long.compare(cluster, other.cluster);
    if (byCluster != 0) {
      return byCluster;
    }
    int bySession = Long.compare(session, other.session);
    return bySession != 0 ? bySession : Long.compare(number, other.number);
  }

  /** {@code <cluster as hex>-<session>-<number>}: safe in HTTP headers, logs and file names. */
  @Override
  public String toString() {
    return Long.toHexString(cluster) + '-' + session + '-' + number;
  }
}
