package io.attx;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a branch within one coordinator incarnation. Chosen by the client that owns the
 * session, so that registering and writing the undo row need not wait for each other. Never used
 * twice. Immutable.
 *
 * @param session the session of the resource manager, positive
 * @param number the session's own counter of branches, positive
 */
public record BranchId(long session, long number) implements Comparable<BranchId> {
  private static final Pattern FORM = Pattern.compile("(\\d{1,18})-(\\d{1,18})");

  /** Checks that both parts are positive. */
  public BranchId {
    if (session <= 0 || number <= 0) {
      throw new IllegalArgumentException(
          "branch id parts must be positive: " + session + ", " + number);
    }
  }

  /**
   * Reads what {@link #toString()} wrote.
   *
   * @throws IllegalArgumentException when the text is anything else
   */
  public static BranchId parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not a branch id: " + text);
    }
    return new BranchId(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)));
  }

  @Override
  public int compareTo(BranchId other) {
    int bySession = Long.compare(session, other.session);
    return bySession != 0 ? bySession : Long.compare(number, other.number);
  }

  /** {@code <session>-<number>}. */
  @Override
  public String toString() {
    return session + "-" + number;
  }
}
