package io.attx.datasource.branch;

import io.attx.Xid;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The local transactions of one data source that are branches and have not ended. Thread-safe. */
public final class OpenBranches {
  private final Set<LocalBranch> branches = ConcurrentHashMap.newKeySet();

  void add(LocalBranch branch) {
    branches.add(branch);
  }

  void remove(LocalBranch branch) {
    branches.remove(branch);
  }

  /** How many are open now. */
  public int size() {
    return branches.size();
  }

  /** Forbids the local commit of all branches of a transaction and cancels what they run. */
  void forbid(Xid xid, String why) {
    for (LocalBranch branch : branches) {
      if (branch.xid().equals(xid)) {
        branch.forbid(why);
      }
    }
  }

  /** Cancels what runs in transactions whose time is over; called by a timer. */
  void expire() {
    for (LocalBranch branch : branches) {
      branch.forbidIfExpired();
    }
  }
}
