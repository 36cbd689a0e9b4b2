package io.attx.coordinator.state;

import io.attx.BranchId;
import io.attx.BranchRef;
import io.attx.BranchType;
import io.attx.LocalEnd;
import io.attx.LockRequest;
import io.attx.ResourceId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A registered branch. Changed by {@link CoordinatorState} only; others read. */
public final class Branch {
  final Transaction transaction;
  final BranchId id;
  final BranchType type;
  final ResourceId resource;
  final String application;
  List<LockRequest> locks;
  BranchState state = BranchState.REGISTERED;
  @Nullable LocalEnd end;
  String detail = "";

  /** Not null exactly while it is in quarantine. */
  @Nullable Quarantine quarantine;

  /** Log time from which a marker without a reported end may go; 0 while that is not known. */
  long releasableAt;

  private @Nullable Object attachment;

  Branch(
      Transaction transaction,
      BranchId id,
      BranchType type,
      ResourceId resource,
      String application,
      List<LockRequest> locks) {
    this.transaction = transaction;
    this.id = id;
    this.type = type;
    this.resource = resource;
    this.application = application;
    this.locks = locks;
  }

  /** Moves to another state. */
  void become(BranchState next) {
    if (!state.mayBecome(next)) {
      throw new IllegalStateException(
          "branch " + ref() + " must not go from " + state + " to " + next);
    }
    state = next;
  }

  /** The state that the report of its owner, or the lack of one, gives it. */
  BranchState stateByEnd() {
    if (end == null) {
      return BranchState.REGISTERED;
    }
    return switch (end) {
      case LOCALLY_COMMITTED -> BranchState.LOCALLY_COMMITTED;
      case FAILED -> BranchState.FAILED;
      case UNKNOWN -> BranchState.UNKNOWN_END;
    };
  }

  /** Whether its marker may be deleted at this log time, given that it is undone. */
  public boolean isReleasable(long logTimeMillis) {
    return end != null || (releasableAt > 0 && logTimeMillis >= releasableAt);
  }

  /** What the listener attached, or null. Not part of the state: nothing in here reads it. */
  public @Nullable Object attachment() {
    return attachment;
  }

  /** Lets the listener find its own record of this branch. */
  public void attach(@Nullable Object value) {
    attachment = value;
  }

  /** The global transaction that it belongs to. */
  public Transaction transaction() {
    return transaction;
  }

  /** Its name within the incarnation. */
  public BranchId id() {
    return id;
  }

  /** Its name together with the transaction's; a new object each time. */
  public BranchRef ref() {
    return new BranchRef(transaction.xid, id);
  }

  /** What kind of participant it is. */
  public BranchType type() {
    return type;
  }

  /** Where it lives. */
  public ResourceId resource() {
    return resource;
  }

  /** The row locks that it holds; empty when they were given back. */
  public List<LockRequest> locks() {
    return locks;
  }

  /** Its state. */
  public BranchState state() {
    return state;
  }

  /** How its owner said that it ended locally; null when that was not reported. */
  public @Nullable LocalEnd end() {
    return end;
  }

  /** Why it is in quarantine; empty otherwise. */
  public String detail() {
    return detail;
  }

  /** What is known about it while it is in quarantine; null otherwise. */
  public @Nullable Quarantine quarantine() {
    return quarantine;
  }

  /** The application that registered it. */
  public String application() {
    return application;
  }

  /** Log time from which its marker may go although nothing is reported; 0 while not known. */
  public long releasableAt() {
    return releasableAt;
  }

  @Override
  public String toString() {
    return ref() + " " + state;
  }
}
