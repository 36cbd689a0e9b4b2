package io.attx.coordinator.runtime;

import io.attx.BranchId;
import io.attx.LocalEnd;
import io.attx.ResourceId;
import io.attx.coordinator.state.BranchState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One transaction with its branches. Immutable.
 *
 * @param transaction as in lists
 * @param branches in the order of registration, cut at the limit
 */
public record TransactionDetail(
    CoordinatorStatus.TransactionStatus transaction, List<BranchLine> branches) {
  /** Copies the list. */
  public TransactionDetail {
    branches = List.copyOf(branches);
  }

  /**
   * One branch.
   *
   * @param branch its number
   * @param resource where it lives
   * @param application which registered it
   * @param state its state
   * @param end how it ended locally; null when that is not reported
   * @param locks how many row locks it holds
   * @param detail why it is in quarantine; empty otherwise
   */
  public record BranchLine(
      BranchId branch,
      ResourceId resource,
      String application,
      BranchState state,
      @Nullable LocalEnd end,
      int locks,
      String detail) {}
}
