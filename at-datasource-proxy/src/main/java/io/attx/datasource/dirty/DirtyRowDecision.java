package io.attx.datasource.dirty;

import io.attx.undolog.ColumnValue;
import java.util.Map;

/** What is to be done with a dirty row. */
public sealed interface DirtyRowDecision {
  /** A person decides; nothing is changed in the whole branch. */
  DirtyRowDecision HOLD = new Hold();

  /** What is there stays. */
  DirtyRowDecision KEEP_CURRENT = new KeepCurrent();

  /** What was there before the branch comes back. */
  DirtyRowDecision RESTORE_BEFORE = new RestoreBefore();

  /** The next policy of the chain decides. */
  DirtyRowDecision NEXT = new Next();

  /**
   * The row gets these values and keeps what it has in all other columns. It must exist.
   *
   * @param values by column, exactly as images hold them; no key and no generated column
   */
  static DirtyRowDecision values(Map<String, ColumnValue> values) {
    return new Values(values);
  }

  /** See {@link #HOLD}. */
  record Hold() implements DirtyRowDecision {}

  /** See {@link #KEEP_CURRENT}. */
  record KeepCurrent() implements DirtyRowDecision {}

  /** See {@link #RESTORE_BEFORE}. */
  record RestoreBefore() implements DirtyRowDecision {}

  /** See {@link #NEXT}. */
  record Next() implements DirtyRowDecision {}

  /**
   * See {@link #values}.
   *
   * @param values by column
   */
  record Values(Map<String, ColumnValue> values) implements DirtyRowDecision {
    /** Copies the map. */
    public Values {
      values = Map.copyOf(values);
    }
  }
}
