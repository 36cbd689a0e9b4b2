package io.attx.protocol;

import io.attx.GlobalStatus;
import io.attx.Xid;

/**
 * A transaction in which this session takes part is decided without it: running statements of its
 * open branches are pointless.
 *
 * @param xid the global transaction
 * @param status the decision
 */
public record TransactionDecided(Xid xid, GlobalStatus status) implements Push {}
