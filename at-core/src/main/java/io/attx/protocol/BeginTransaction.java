package io.attx.protocol;

import io.attx.Xid;

/**
 * Begins a transaction whose xid is about to leave the process. Idempotent.
 *
 * @param xid chosen by the client from its session
 * @param begin its properties
 */
public record BeginTransaction(Xid xid, BeginInfo begin) implements Request {}
