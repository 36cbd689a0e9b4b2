package io.attx.datasource.dirty;

/**
 * Decides about dirty rows in the application, where a chain says {@code handler(name)}. Called
 * with the row locked, so it must not wait; perhaps more than once for one row. Thread-safe. What
 * it throws holds the branch.
 */
@FunctionalInterface
public interface DirtyRowHandler {
  /** Decides about one row. */
  DirtyRowDecision decide(DirtyRow row);
}
