package io.attx.client;

import io.attx.Xid;
import java.time.Duration;
import java.util.List;

/**
 * What a client has to do with at one moment. Immutable.
 *
 * @param connected whether a session with a coordinator is open
 * @param transactions those that this process began and has not ended
 * @param openBranches local transactions of this process that are branches now, of any transaction
 * @param pendingReports local ends that the coordinator has not acknowledged
 * @param pendingResults results of phase two that the coordinator has not acknowledged
 * @param runningPhaseTwo commands of phase two that this process has not answered
 * @param resources the databases that this process serves, for people
 */
public record ClientSnapshot(
    boolean connected,
    List<LiveTransaction> transactions,
    int openBranches,
    int pendingReports,
    int pendingResults,
    int runningPhaseTwo,
    List<String> resources) {

  /** Copies the lists. */
  public ClientSnapshot {
    transactions = List.copyOf(transactions);
    resources = List.copyOf(resources);
  }

  /**
   * A transaction that this process began.
   *
   * @param xid its id
   * @param name its name, may be empty
   * @param remaining what is left of its time; negative when it is over
   * @param rollbackOnly whether it can only be rolled back
   * @param openBranches its branches in this process that have not ended locally
   */
  public record LiveTransaction(
      Xid xid, String name, Duration remaining, boolean rollbackOnly, int openBranches) {}
}
