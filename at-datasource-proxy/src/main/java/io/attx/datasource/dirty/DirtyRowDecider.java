package io.attx.datasource.dirty;

/** Decides about dirty rows. Called with the row locked, so it must not wait. Thread-safe. */
@FunctionalInterface
public interface DirtyRowDecider {
  /** The default: a person decides. */
  DirtyRowDecider HOLD = row -> DirtyRowDecision.HOLD;

  /** Decides about one row. */
  DirtyRowDecision decide(DirtyRow row);
}
