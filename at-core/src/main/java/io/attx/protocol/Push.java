package io.attx.protocol;

/** A one-way message from the coordinator to a client. */
public sealed interface Push extends Message
    permits PhaseTwo, AskLocalEnds, TransactionDecided, ResolveBranch, FetchValue {}
