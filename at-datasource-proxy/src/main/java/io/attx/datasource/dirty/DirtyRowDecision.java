package io.attx.datasource.dirty;

/** What is to be done with a dirty row. */
public enum DirtyRowDecision {
  /** Nothing is changed in the whole branch; it is quarantined and waits for a person. */
  HOLD
}
