package io.attx.protocol;

/**
 * What begins a global transaction. It travels with the first branch, or alone when the xid leaves
 * the process earlier.
 *
 * @param name for people; may be empty
 * @param timeoutMillis from the moment the coordinator learns of it to the rollback, positive
 */
public record BeginInfo(String name, long timeoutMillis) {}
