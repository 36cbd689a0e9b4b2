package io.attx.coordinator.state;

import io.attx.BranchId;
import io.attx.GlobalStatus;
import io.attx.Xid;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A global transaction of which something is left to do. Changed by {@link CoordinatorState} only;
 * others read.
 */
public final class Transaction {
  private static final int INDEX_FROM = 16;

  final Xid xid;
  final String name;
  final String dirtyPolicy;
  final long beginOrder;
  final long beganAt;
  final long deadline;
  GlobalStatus status = GlobalStatus.ACTIVE;
  String reason = "";
  final List<Branch> branches = new ArrayList<>(2);
  private @Nullable Map<BranchId, Branch> index;
  private @Nullable Object attachment;

  /** Branches without a report while undecided; means nothing later. */
  int unreported;

  /** Branches in state UNKNOWN_END while undecided; means nothing later. */
  int unknownEnds;

  /** Branches that are not FORGOTTEN. */
  int remaining;

  /** Branches that are UNDONE or FORGOTTEN, counted while rolling back. */
  int undone;

  /** Branches in QUARANTINED. */
  int quarantined;

  Transaction(
      Xid xid, String name, String dirtyPolicy, long beginOrder, long beganAt, long deadline) {
    this.xid = xid;
    this.name = name;
    this.dirtyPolicy = dirtyPolicy;
    this.beginOrder = beginOrder;
    this.beganAt = beganAt;
    this.deadline = deadline;
  }

  /** Moves to another state. */
  void become(GlobalStatus next) {
    if (!TransactionTransitions.allows(status, next)) {
      throw new IllegalStateException(
          "transaction " + xid + " must not go from " + status + " to " + next);
    }
    status = next;
  }

  void add(Branch branch) {
    branches.add(branch);
    remaining++;
    if (index != null) {
      index.put(branch.id, branch);
    } else if (branches.size() > INDEX_FROM) {
      index = new HashMap<>();
      for (Branch each : branches) {
        index.put(each.id, each);
      }
    }
  }

  /** Counts a branch that was read from a snapshot and has just been added. */
  void recount(Branch branch) {
    switch (branch.state) {
      case REGISTERED -> unreported++;
      case UNKNOWN_END -> unknownEnds++;
      case QUARANTINED -> quarantined++;
      case UNDONE -> undone++;
      case FORGOTTEN -> {
        undone++;
        remaining--;
      }
      case LOCALLY_COMMITTED, FAILED -> {}
    }
  }

  /** Takes out a branch that left nothing behind. */
  void remove(Branch branch) {
    branches.remove(branch);
    remaining--;
    if (index != null) {
      index.remove(branch.id);
    }
  }

  /** The branch with this id, or null. */
  public @Nullable Branch branch(BranchId id) {
    if (index != null) {
      return index.get(id);
    }
    for (int i = branches.size() - 1; i >= 0; i--) {
      Branch branch = branches.get(i);
      if (branch.id.equals(id)) {
        return branch;
      }
    }
    return null;
  }

  /** What the listener attached, or null. Not part of the state: nothing in here reads it. */
  public @Nullable Object attachment() {
    return attachment;
  }

  /** Lets the listener find its own record of this transaction. */
  public void attach(@Nullable Object value) {
    attachment = value;
  }

  /** Its name. */
  public Xid xid() {
    return xid;
  }

  /** What the application calls it. */
  public String name() {
    return name;
  }

  /** What resource managers are to do with its dirty rows; empty leaves it to them. */
  public String dirtyPolicy() {
    return dirtyPolicy;
  }

  /** Its position among all transactions by begin. */
  public long beginOrder() {
    return beginOrder;
  }

  /** Log time of its begin. */
  public long beganAt() {
    return beganAt;
  }

  /** Log time at which it is rolled back unless decided. */
  public long deadline() {
    return deadline;
  }

  /** Its state. */
  public GlobalStatus status() {
    return status;
  }

  /** Why it rolls back; empty otherwise. */
  public String reason() {
    return reason;
  }

  /** Its branches in the order of registration; a view. */
  public List<Branch> branches() {
    return Collections.unmodifiableList(branches);
  }

  /** How many branches may still have something in an undo table. */
  public int remaining() {
    return remaining;
  }

  /** How many branches are in quarantine. */
  public int quarantined() {
    return quarantined;
  }

  @Override
  public String toString() {
    return xid + " " + status + " " + branches;
  }
}
