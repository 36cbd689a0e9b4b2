package io.attx.datasource.dirty;

import io.attx.ResourceId;

/**
 * What became of a dirty row.
 *
 * @param resource the database
 * @param row the row
 * @param policy what settled it, or gave up on it: {@code merge}, {@code operator restore}; a few
 *     words, fit for the tag of a metric
 * @param held whether the branch is quarantined because of it; otherwise it is settled and undone
 */
public record DirtyRowEvent(ResourceId resource, DirtyRow row, String policy, boolean held) {}
