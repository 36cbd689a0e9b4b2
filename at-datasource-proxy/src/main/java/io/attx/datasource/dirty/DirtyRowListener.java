package io.attx.datasource.dirty;

/**
 * Hears of every dirty row, after its fate is certain: committed, or quarantined. Called on the
 * thread that rolls back, so it should be quick. Thread-safe. What it throws is logged and changes
 * nothing.
 */
@FunctionalInterface
public interface DirtyRowListener {
  /** A row was dirty. */
  void onDirtyRow(DirtyRowEvent event);
}
