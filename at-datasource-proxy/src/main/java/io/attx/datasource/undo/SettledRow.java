package io.attx.datasource.undo;

import io.attx.datasource.dirty.DirtyRow;

/**
 * A dirty row that was settled without holding the branch.
 *
 * @param row the row as it was found
 * @param policy what settled it
 */
public record SettledRow(DirtyRow row, String policy) {}
