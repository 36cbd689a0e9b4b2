package io.attx;

/**
 * The name of a branch within one coordinator incarnation. Chosen by the client that owns the
 * session, so that registering and writing the undo row need not wait for each other. Never used
 * twice. Immutable.
 *
 * @param session the session of the resource manager, positive
 * @param number the session's own counter of branches, positive
 */
public record BranchId(long session, long number) implements Comparable<BranchId> {
  /** Checks that both parts are positive. */
  public BranchId {
    if (session <= 0 || number <= 0) {
      throw new IllegalArgumentException(
          "branch id parts must be positive: " + session + ", " + number);
    }
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
