package io.attx.protocol;

/**
 * The session is open.
 *
 * @param version the protocol version that both sides speak from now on
 * @param ticket resumes this session later
 * @param resumed whether an earlier session goes on; false means that all counters start anew
 * @param heartbeatMillis the client sends at least one message in this time
 */
public record HelloAccepted(
    int version, SessionTicket ticket, boolean resumed, long heartbeatMillis) implements Response {}
