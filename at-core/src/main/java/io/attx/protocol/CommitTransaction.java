package io.attx.protocol;

import io.attx.Xid;
import java.util.List;

/**
 * Asks for the commit; answered by {@link TransactionOutcome} when the decision is durable.
 * Idempotent. The decision is a rollback when the time is up, or when a branch that was still open
 * then fails or is not reported in time. A branch that failed before is no part of the transaction
 * any more: whoever asks for the commit saw its error and decided to go on.
 *
 * @param xid the global transaction
 * @param reports local ends of this session's branches that were not sent yet
 */
public record CommitTransaction(Xid xid, List<BranchReport> reports) implements Request {
  /** Copies the list. */
  public CommitTransaction {
    reports = List.copyOf(reports);
  }
}
