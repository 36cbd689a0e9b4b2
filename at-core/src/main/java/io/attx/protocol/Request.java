package io.attx.protocol;

/** A message from a client that gets exactly one {@link Response}. */
public sealed interface Request extends Message
    permits Hello,
        Ping,
        AnnounceResources,
        BeginTransaction,
        RegisterBranch,
        ReportBranches,
        CommitTransaction,
        RollbackTransaction,
        CheckLocks,
        QueryTransaction,
        QueryBranches,
        PhaseTwoResults,
        FetchedValue {}
