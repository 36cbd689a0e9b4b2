package io.attx.protocol;

import io.attx.Xid;

/**
 * Asks for the state of a transaction; answered by {@link TransactionOutcome}.
 *
 * @param xid the global transaction
 */
public record QueryTransaction(Xid xid) implements Request {}
