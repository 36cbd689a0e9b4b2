package io.attx.protocol;

/**
 * What begins a global transaction. It travels with the first branch, or alone when the xid leaves
 * the process earlier.
 *
 * @param name for people; may be empty
 * @param timeoutMillis from the moment the coordinator learns of it to the rollback, positive
 * @param dirtyPolicy what resource managers are to do with dirty rows of this transaction, as they
 *     understand it, at most {@link Limits#MAX_POLICY} characters; empty leaves it to them
 */
public record BeginInfo(String name, long timeoutMillis, String dirtyPolicy) {
  /** Checks the bound. */
  public BeginInfo {
    if (dirtyPolicy.length() > Limits.MAX_POLICY) {
      throw new IllegalArgumentException(
          "a dirty-row policy of "
              + dirtyPolicy.length()
              + " characters is longer than the limit of "
              + Limits.MAX_POLICY);
    }
  }

  /** Without a policy of its own. */
  public BeginInfo(String name, long timeoutMillis) {
    this(name, timeoutMillis, "");
  }
}
