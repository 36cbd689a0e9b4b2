package io.attx.coordinator.runtime;

import io.attx.GlobalStatus;
import io.attx.ResourceId;
import io.attx.RowLockKey;
import io.attx.coordinator.state.AuditEntry;
import io.attx.coordinator.state.Branch;
import io.attx.coordinator.state.Resolution;
import io.attx.coordinator.state.Session;
import io.attx.coordinator.state.StateListener;
import io.attx.coordinator.state.Transaction;
import org.jspecify.annotations.Nullable;

/** Passes everything to the leader of the moment, if this node leads, and counts decisions. */
abstract class ForwardingListener implements StateListener {
  long committed;
  long rolledBack;

  abstract @Nullable Leader target();

  @Override
  public void began(Transaction transaction) {
    Leader leader = target();
    if (leader != null) {
      leader.began(transaction);
    }
  }

  @Override
  public void commitPending(Transaction transaction) {
    Leader leader = target();
    if (leader != null) {
      leader.commitPending(transaction);
    }
  }

  @Override
  public void decided(Transaction transaction) {
    if (transaction.status() == GlobalStatus.ROLLING_BACK) {
      rolledBack++;
    } else {
      committed++;
    }
    Leader leader = target();
    if (leader != null) {
      leader.decided(transaction);
    }
  }

  @Override
  public void rolledBack(Transaction transaction) {
    Leader leader = target();
    if (leader != null) {
      leader.rolledBack(transaction);
    }
  }

  @Override
  public void lockReleased(ResourceId resource, RowLockKey key) {
    Leader leader = target();
    if (leader != null) {
      leader.lockReleased(resource, key);
    }
  }

  @Override
  public void branchUndone(Branch branch) {
    Leader leader = target();
    if (leader != null) {
      leader.branchUndone(branch);
    }
  }

  @Override
  public void markerReleasable(Branch branch) {
    Leader leader = target();
    if (leader != null) {
      leader.markerReleasable(branch);
    }
  }

  @Override
  public void branchQuarantined(Branch branch) {
    Leader leader = target();
    if (leader != null) {
      leader.branchQuarantined(branch);
    }
  }

  @Override
  public void resolutionStarted(Branch branch) {
    Leader leader = target();
    if (leader != null) {
      leader.resolutionStarted(branch);
    }
  }

  @Override
  public void resolutionEnded(
      Branch branch, Resolution resolution, Resolution.End end, String outcome) {
    Leader leader = target();
    if (leader != null) {
      leader.resolutionEnded(branch, resolution, end, outcome);
    }
  }

  @Override
  public void audited(AuditEntry entry) {
    Leader leader = target();
    if (leader != null) {
      leader.audited(entry);
    }
  }

  @Override
  public void branchForgotten(Branch branch) {
    Leader leader = target();
    if (leader != null) {
      leader.branchForgotten(branch);
    }
  }

  @Override
  public void sessionOpened(Session session) {
    Leader leader = target();
    if (leader != null) {
      leader.sessionOpened(session);
    }
  }

  @Override
  public void sessionExpired(Session session) {
    Leader leader = target();
    if (leader != null) {
      leader.sessionExpired(session);
    }
  }
}
