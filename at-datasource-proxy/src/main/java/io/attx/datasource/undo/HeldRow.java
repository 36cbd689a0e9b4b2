package io.attx.datasource.undo;

import io.attx.datasource.dirty.DirtyRow;

/**
 * A row that a person must decide about.
 *
 * @param row the row as it was found
 * @param policy what gave up
 * @param why more than that, for people; may be empty
 */
public record HeldRow(DirtyRow row, String policy, String why) {}
