package io.attx.datasource.undo;

/**
 * Bounds of one branch's undo rows.
 *
 * @param maxBytes the most bytes of one branch, before compression
 * @param chunkBytes the most bytes in one row of the undo table
 * @param compressAboveBytes payloads longer than this are compressed
 */
public record UndoLimits(long maxBytes, int chunkBytes, int compressAboveBytes) {}
