package io.attx.client;

import io.attx.BranchRef;
import io.attx.CoordinatorUnavailableException;
import io.attx.LocalEnd;
import io.attx.ResourceId;
import io.attx.Xid;
import io.attx.protocol.AskLocalEnds;
import io.attx.protocol.BranchReport;
import io.attx.protocol.Refused;
import io.attx.protocol.ReportBranches;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The branches of this process that are open, or whose end the coordinator has not acknowledged.
 * The truth that {@link AskLocalEnds} is answered from. Thread-safe.
 */
final class BranchTable implements BatchSender.Fate<BranchReport> {
  private static final Logger LOG = LoggerFactory.getLogger(BranchTable.class);
  private static final int MAX_BATCH = 5_000;

  private final Map<BranchRef, LocalBranch> branches = new ConcurrentHashMap<>();
  private final CoordinatorLink link;
  private final int maxKept;
  private final BatchSender<BranchReport> reports;

  BranchTable(
      CoordinatorLink link, BatchSender.Scheduler scheduler, Duration timeout, int maxKept) {
    this.link = link;
    this.maxKept = maxKept;
    this.reports =
        new BatchSender<>(link, scheduler, timeout, MAX_BATCH, ReportBranches::new, this);
  }

  /** Keeps a new branch. */
  void open(LocalBranch branch) {
    branches.put(branch.ref(), branch);
  }

  /**
   * Refuses further branches where too many are kept, so that a coordinator that is away for long
   * cannot fill the memory with reports.
   */
  void checkRoom() {
    if (branches.size() >= maxKept) {
      throw new CoordinatorUnavailableException(
          "no branch can be opened: the ends of "
              + branches.size()
              + " branches are open or not acknowledged by the coordinator, the limit of this client",
          null);
    }
  }

  void forget(BranchRef branch) {
    branches.remove(branch);
  }

  /** Sends the end of a branch as soon as possible, again until it is acknowledged. */
  void report(LocalBranch branch) {
    if (branches.containsKey(branch.ref()) && branch.startReporting()) {
      reports.add(branch.report());
    }
  }

  /** Branches that have not ended locally. */
  int openBranches() {
    int open = 0;
    for (LocalBranch branch : branches.values()) {
      open += branch.isOpen() ? 1 : 0;
    }
    return open;
  }

  /** Reports that are on their way or wait for a coordinator. */
  int pendingReports() {
    return reports.size();
  }

  /** The resources on which a transaction has an open branch here. */
  Set<ResourceId> openResources(Xid xid) {
    Set<ResourceId> resources = new HashSet<>();
    for (LocalBranch branch : branches.values()) {
      if (branch.isOpen() && branch.ref().xid().equals(xid)) {
        resources.add(branch.resource());
      }
    }
    return resources;
  }

  /**
   * Answers the coordinator: ended branches at once, open ones when they end. FAILED for an id that
   * this client never gave out. Silence for an id that it gave out and that is settled: a
   * coordinator that asks so has lost what it acknowledged, and FAILED would be a lie.
   */
  void asked(AskLocalEnds ask) {
    for (BranchRef ref : ask.branches()) {
      LocalBranch branch = branches.get(ref);
      if (branch != null) {
        branch.askedFor();
      } else if (link.connector().issued(ref)) {
        LOG.warn("the coordinator asks for the end of {}, which it acknowledged before", ref);
      } else {
        LOG.info("the coordinator asks for {}, of which this client never heard: FAILED", ref);
        reports.add(new BranchReport(ref, LocalEnd.FAILED));
      }
    }
  }

  @Override
  public void acknowledged(List<BranchReport> batch) {
    for (BranchReport report : batch) {
      forget(report.ref());
    }
  }

  @Override
  public boolean failed(
      List<BranchReport> batch, @Nullable Refused refusal, @Nullable Throwable failure) {
    if (refusal == null) {
      LOG.warn(
          "the ends of {} branches could not be reported, trying again: {}",
          batch.size(),
          failure == null ? "unexpected answer" : failure.getMessage());
      return true;
    }
    LOG.error(
        "the coordinator refuses the reported ends of branches {}: {}: {}",
        batch.subList(0, Math.min(10, batch.size())),
        refusal.code(),
        refusal.message());
    acknowledged(batch);
    return false;
  }
}
