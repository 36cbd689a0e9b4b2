package io.attx.coordinator.runtime;

import io.attx.GlobalStatus;
import io.attx.ResourceId;
import io.attx.Xid;
import java.util.List;

/**
 * What the coordinator knows at one moment, for people, health checks and metrics. Immutable; the
 * lists are cut at the limit that the caller gave.
 *
 * @param leader whether this node serves
 * @param cluster the incarnation, 0 before the first start is complete
 * @param position the last applied log position
 * @param counts how many of each
 * @param sessions the open sessions
 * @param resources the resources that are announced or have work
 * @param transactions the transactions that have not ended, oldest first
 */
public record CoordinatorStatus(
    boolean leader,
    long cluster,
    long position,
    Counts counts,
    List<SessionStatus> sessions,
    List<ResourceStatus> resources,
    List<TransactionStatus> transactions) {
  /** Copies the lists. */
  public CoordinatorStatus {
    sessions = List.copyOf(sessions);
    resources = List.copyOf(resources);
    transactions = List.copyOf(transactions);
  }

  /**
   * Numbers.
   *
   * @param active transactions in ACTIVE
   * @param commitPending transactions in COMMIT_PENDING
   * @param committing transactions in COMMITTING
   * @param rollingBack transactions in ROLLING_BACK
   * @param rolledBack transactions in ROLLED_BACK whose markers are not deleted yet
   * @param branches branches of all of these whose undo row may exist
   * @param locks row locks held
   * @param waiting requests that wait for locks
   * @param sessions open sessions
   * @param quarantined branches in quarantine
   * @param committedTotal commits decided since this process started
   * @param rolledBackTotal rollbacks decided since this process started
   * @param entriesTotal log entries applied since this process started
   */
  public record Counts(
      int active,
      int commitPending,
      int committing,
      int rollingBack,
      int rolledBack,
      int branches,
      int locks,
      int waiting,
      int sessions,
      int quarantined,
      long committedTotal,
      long rolledBackTotal,
      long entriesTotal) {}

  /**
   * One session.
   *
   * @param number its number
   * @param application the application's name
   * @param remoteAddress where it is connected from; empty when it is not
   */
  public record SessionStatus(long number, String application, String remoteAddress) {}

  /**
   * One resource.
   *
   * @param resource its identity
   * @param description for people; empty when nobody announces it
   * @param sessions how many sessions can execute its phase two now
   * @param queued phase-two commands that wait to be sent
   * @param inFlight phase-two commands that wait for a result
   */
  public record ResourceStatus(
      ResourceId resource, String description, int sessions, int queued, int inFlight) {}

  /**
   * One transaction.
   *
   * @param xid its name
   * @param name what the application calls it
   * @param status its state
   * @param ageMillis since it began
   * @param remainingMillis until its deadline, negative when that is over
   * @param branches branches whose undo row may exist
   * @param quarantined branches in quarantine
   * @param reason why it rolls back; empty otherwise
   */
  public record TransactionStatus(
      Xid xid,
      String name,
      GlobalStatus status,
      long ageMillis,
      long remainingMillis,
      int branches,
      int quarantined,
      String reason) {}
}
