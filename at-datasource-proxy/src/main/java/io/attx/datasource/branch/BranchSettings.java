package io.attx.datasource.branch;

import io.attx.datasource.dirty.DirtySettings;
import java.time.Duration;
import java.util.Set;

/**
 * What a data source was told about its branches. Immutable.
 *
 * @param undoTable the name of the undo table, unquoted
 * @param createSchema whether the undo tables are created where they are missing
 * @param lockWait how long a branch waits for a global lock while it holds database row locks, and
 *     how long a statement under autocommit is retried
 * @param maxRows the most rows that one branch may change
 * @param maxBytes the most bytes of images of one branch
 * @param untracked tables that take no part, lower case, with or without schema
 * @param unprotectedTriggers tables whose triggers may write unprotected, lower case, with or
 *     without schema
 * @param sweepAge how old an undo row is before the sweep asks about it
 * @param dirty what was said about dirty rows
 */
public record BranchSettings(
    String undoTable,
    boolean createSchema,
    Duration lockWait,
    int maxRows,
    long maxBytes,
    Set<String> untracked,
    Set<String> unprotectedTriggers,
    Duration sweepAge,
    DirtySettings dirty) {
  /** Copies the set. */
  public BranchSettings {
    untracked = Set.copyOf(untracked);
    unprotectedTriggers = Set.copyOf(unprotectedTriggers);
  }
}
