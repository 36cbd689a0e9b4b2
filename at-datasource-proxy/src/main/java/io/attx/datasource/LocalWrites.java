package io.attx.datasource;

/** What local transactions outside of any global transaction may do to globally locked rows. */
public enum LocalWrites {
  /** They are not looked at: what they change may become dirty rows. */
  ALLOW,
  /**
   * At their local commit they wait for rows that a global transaction holds, and fail where those
   * do not get free in time. Statements that the proxy cannot follow run unchecked, with a warning.
   */
  CHECK
}
