package io.attx.protocol;

/**
 * The versions of the protocol that this build speaks, as a client and as a coordinator. Version 1
 * was never released; version 2 added dirty rows and what a person decides about them. The layouts
 * of the hello, its answer and refusals are the same in all versions.
 */
public final class ProtocolVersion {
  /** The oldest. */
  public static final int OLDEST = 2;

  /** The newest. */
  public static final int NEWEST = 2;

  private ProtocolVersion() {}

  /**
   * The newest version that both sides speak.
   *
   * @param min the oldest version of the other side
   * @param max the newest version of the other side
   * @return 0 when there is none
   */
  public static int negotiate(int min, int max) {
    int common = Math.min(max, NEWEST);
    return common >= min && common >= OLDEST ? common : 0;
  }
}
