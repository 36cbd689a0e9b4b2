package io.attx.coordinator.state;

import io.attx.GlobalStatus;
import io.attx.Xid;

/**
 * What is remembered for a while of a transaction of which nothing is left to do.
 *
 * @param xid its name
 * @param status COMMITTED or ROLLED_BACK
 * @param reason why it was rolled back; empty otherwise
 * @param endedAt log time
 */
record EndedTransaction(Xid xid, GlobalStatus status, String reason, long endedAt) {}
