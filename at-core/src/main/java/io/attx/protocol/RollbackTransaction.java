package io.attx.protocol;

import io.attx.Xid;
import java.util.List;

/**
 * Asks for the rollback; answered by {@link TransactionOutcome}. Idempotent.
 *
 * @param xid the global transaction
 * @param reports local ends of this session's branches that were not sent yet
 * @param reason for people; may be empty
 * @param waitMillis the answer waits up to this long for the compensation to end; 0 answers as soon
 *     as the decision is durable
 */
public record RollbackTransaction(
    Xid xid, List<BranchReport> reports, String reason, long waitMillis) implements Request {
  /** Copies the list. */
  public RollbackTransaction {
    reports = List.copyOf(reports);
  }
}
