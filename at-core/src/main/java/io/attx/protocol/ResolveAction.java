package io.attx.protocol;

/** What a person wants to be done with a dirty row. Golden bytes pin the order. */
public enum ResolveAction {
  /** Undo the row as if nobody had changed it: its before image wins. */
  RESTORE,
  /** Leave the row as it is. */
  KEEP,
  /**
   * Columns that only the branch changed go back, columns that only others changed stay; refused
   * where both changed one.
   */
  MERGE,
  /** Set the columns named to the values given; the others stay as they are. */
  VALUES,
  /** For whole branches only: try to undo again, with the declared policies. */
  RETRY
}
