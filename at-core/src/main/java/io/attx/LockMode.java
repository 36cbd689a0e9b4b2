package io.attx;

/** How strongly a row is locked globally. The order of the constants is the order of strength. */
public enum LockMode {
  /** A parent row that a child refers to: it must stay, its other columns may change. */
  KEY_SHARE,
  /** Columns of the row changed that no key contains. */
  UPDATE,
  /** The row was inserted or deleted, its key changed, or a unique value was taken or given up. */
  EXCLUSIVE;

  /** Whether two different transactions may hold these modes on one key at the same time. */
  public boolean isCompatibleWith(LockMode other) {
    return this == KEY_SHARE ? other != EXCLUSIVE : other == KEY_SHARE && this != EXCLUSIVE;
  }

  /** The weakest single mode that grants what both grant. */
  public LockMode combinedWith(LockMode other) {
    return compareTo(other) >= 0 ? this : other;
  }
}
