package io.attx.protocol;

import io.attx.GlobalStatus;

/**
 * The state of a global transaction.
 *
 * @param status the state
 * @param position the log position from which on it is durable
 * @param reason why it was rolled back; empty otherwise
 * @param quarantined how many branches are in quarantine
 */
public record TransactionOutcome(GlobalStatus status, long position, String reason, int quarantined)
    implements Response {}
