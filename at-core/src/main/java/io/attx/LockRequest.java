package io.attx;

/**
 * One row lock that a branch asks for.
 *
 * @param key what to lock
 * @param mode how strongly
 */
public record LockRequest(RowLockKey key, LockMode mode) {}
