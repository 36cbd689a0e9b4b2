package io.attx.protocol;

/**
 * The branch is registered and holds its locks.
 *
 * @param position the log position from which on this is durable
 * @param remainingMillis what is left of the transaction's time, counted from when the coordinator
 *     sent this; a client that counts from when it sent the request is on the safe side
 */
public record BranchGranted(long position, long remainingMillis) implements Response {}
