package io.attx.protocol;

/** The answer to a {@link Request}. Any request may be answered by {@link Refused}. */
public sealed interface Response extends Message
    permits HelloAccepted, Done, BranchGranted, TransactionOutcome, BranchFates, Refused {}
